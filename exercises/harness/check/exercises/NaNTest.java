package exercises;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Where an answer is NaN, no test speaks of another mistake.
 *
 * <p>{@code Math.abs(NaN - 10) > 1e-6} is false, so a test that looks for a mistake by such a line "finds" it. Here each
 * method of each solution brings NaN at one single call, at the first, at the second and so on: whichever comparison meets it,
 * the message has to say so.
 */
class NaNTest {

    private static final int MOST_CALLS = 12;
    /** The projects, which train, and the capstone: a run takes a second and more. */
    private static final Set<String> SLOW = Set.of("17", "18", "22");
    private static final Examiner EXAMINER = new Examiner();

    @TestFactory
    Stream<DynamicTest> aNumberThatIsNaNIsCalledSoBeforeAnythingElse() {
        return Exercise.all(Path.of("")).stream().map(exercise -> DynamicTest.dynamicTest(exercise.folder(), () -> {
            String solution = Exercise.read(exercise.source("solutions"));
            for (int method = 0; method < Poison.methods(solution); method++) {
                AnswerCompiler.Compiled compiled = EXAMINER.compiled(exercise, Poison.into(solution, method),
                        earlier -> Exercise.read(earlier.source("solutions")));
                assertTrue(compiled.complaint().isEmpty(), () -> compiled.complaint().toString());
                int most = SLOW.contains(exercise.number()) ? 2 : MOST_CALLS;
                for (int call = 1; call <= most; call++) {
                    Poison.atCall(call);
                    Outcome outcome = EXAMINER.examine(exercise, compiled);
                    if (Poison.calls() < call) {
                        break;
                    }
                    String where = "method " + method + ", call " + call + ": ";
                    assertFalse(outcome.says().stream().anyMatch(said -> !said.contains("NaN") && !said.contains("not a number")),
                            () -> where + outcome.says());
                }
            }
        }));
    }
}
