package llava4j.evaluate.scienceqa;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A problem whose options change places keeps its answer. */
class TurnedProblemTest {

    @Test
    void theRightChoiceStandsUnderEachLetterOnce() {
        Problem problem = new Problem("5", "which?", List.of("x", "y", "z"), 1, "", null, "natural science", 2, "", "");
        List<Problem> turned = problem.turned();
        assertEquals(3, turned.size());
        turned.forEach(one -> assertEquals("y", one.choices().get(one.answer())));
        assertEquals(List.of(1, 2, 0), turned.stream().map(Problem::answer).collect(Collectors.toList()));
        assertEquals(3, turned.stream().map(Problem::id).distinct().count());
    }
}
