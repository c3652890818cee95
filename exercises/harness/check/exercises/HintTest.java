package exercises;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The score card tells a hint to those who ask for it, and to nobody else. */
class HintTest {

    private static final Exercise MASK = Exercise.chosen(Path.of(""), "04").get(0);

    @Test
    void whoDoesNotAskIsToldHowToAskAndNothingOfTheHint() {
        String said = ScoreCard.hint(MASK, "");
        assertEquals("Stuck? -Dhint=1 tells a hint, -Dhint=2 a second one.", said);
        assertFalse(said.contains(MASK.hint(1)) || said.contains(MASK.hint(2)));
    }

    @Test
    void whoAsksIsToldTheOneAskedFor() {
        assertEquals("Hint 1 of 2: " + MASK.hint(1), ScoreCard.hint(MASK, "1"));
        assertEquals("Hint 2 of 2: " + MASK.hint(2), ScoreCard.hint(MASK, "2"));
    }

    @Test
    void thereIsNoThird() {
        assertThrows(IllegalArgumentException.class, () -> ScoreCard.hint(MASK, "3"));
    }
}
