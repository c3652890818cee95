package exercises;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every starter fails, every solution passes for every student, every typical wrong answer is caught with its message. */
class EveryAnswerTest {

    private static final List<Exercise> EXERCISES = Exercise.all(Path.of(""));
    private static final Examiner EXAMINER = new Examiner();
    private static int starters;
    private static int solutions;
    private static int wrong;

    @TestFactory
    Stream<DynamicTest> everyStarterSaysThatItIsNotWritten() {
        return EXERCISES.stream().map(exercise -> DynamicTest.dynamicTest(exercise.folder(), () -> {
            Outcome outcome = EXAMINER.examine(exercise, Exercise.read(exercise.source("starters")), "starters");
            assertEquals(Outcome.State.NOT_BEGUN, outcome.state(), outcome::toString);
            assertEquals(0, outcome.passed());
            assertTrue(outcome.says().stream().allMatch(s -> s.startsWith("exercise " + exercise.number() + ": ")));
            starters++;
        }));
    }

    @TestFactory
    Stream<DynamicTest> everySolutionPassesWhateverTheStudentsNumbers() {
        return EXERCISES.stream().map(exercise -> DynamicTest.dynamicTest(exercise.folder(), () -> {
            for (String student : List.of("", "ann", "ben")) {
                System.setProperty("student", student);
                Outcome outcome = EXAMINER.examine(exercise, Exercise.read(exercise.source("solutions")), "solutions");
                System.clearProperty("student");
                assertEquals(Outcome.State.DONE, outcome.state(), () -> student + ": " + outcome);
            }
            solutions++;
        }));
    }

    @TestFactory
    Stream<DynamicTest> everyWrongAnswerIsCaughtAndItsMessageComesFirst() {
        return EXERCISES.stream().flatMap(exercise -> WrongAnswer.of(exercise).stream().map(answer ->
                DynamicTest.dynamicTest(exercise.folder() + ": " + answer.title(), () -> {
                    Outcome outcome = EXAMINER.examine(exercise, answer.source(), "solutions");
                    assertEquals(Outcome.State.UNFINISHED, outcome.state(), outcome::toString);
                    assertTrue(outcome.firstMessage().contains(answer.sees()), () -> "a student should read first:\n  "
                            + answer.sees() + "\nbut reads\n  " + outcome.firstMessage());
                    wrong++;
                })));
    }

    @TestFactory
    Stream<DynamicTest> everyExerciseHasThreeWrongAnswersAndTwoHints() {
        return EXERCISES.stream().map(exercise -> DynamicTest.dynamicTest(exercise.folder(), () -> {
            assertTrue(WrongAnswer.of(exercise).size() >= 3);
            assertTrue(!exercise.hint(1).isEmpty() && !exercise.hint(2).isEmpty());
        }));
    }

    @AfterAll
    static void count() {
        System.out.printf("exercises: %d starters fail, %d solutions pass, %d wrong answers caught%n", starters,
                solutions, wrong);
    }
}
