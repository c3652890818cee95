package llava4j.evaluate.scienceqa;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules by which a letter is found in an answer, one by one. */
class AnswerParserTest {

    private static final OptionalInt NONE = OptionalInt.empty();
    private final AnswerParser published = new AnswerParser(false);
    private final AnswerParser anyCase = new AnswerParser(true);

    @ParameterizedTest
    @CsvSource({"A, 0", "C, 2", "' B ', 1"})
    void aBareLetterIsAnAnswer(String text, int choice) {
        assertEquals(OptionalInt.of(choice), published.choice(text, 3));
    }

    @ParameterizedTest
    @CsvSource({"B. the cat, 1", "'C. ', -1", "C. x, 2"})
    void aLetterAFullStopAndASpaceBeginAnAnswer(String text, int choice) {
        // "C. " is "C." once the space at its end is stripped, and that is neither form
        assertEquals(choice < 0 ? NONE : OptionalInt.of(choice), published.choice(text, 3));
    }

    @Test
    void aSentenceThatSaysItOnceIsAnAnswerWhereverItStands() {
        assertEquals(OptionalInt.of(1), published.choice("Magnets attract. The answer is B.", 2));
        assertEquals(OptionalInt.of(0), published.choice("The answer is A. BECAUSE: magnets attract.", 2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"The answer is B, because", "so The answer is B)", "The answer is B is it", "The answer is B  ."})
    void theFullStopOfThePublishedExpressionStandsForAnyCharacter(String text) {
        assertEquals(OptionalInt.of(1), published.choice(text, 3));
        assertEquals(OptionalInt.of(1), anyCase.choice(text, 3), "a solver is read so too");
    }

    @ParameterizedTest
    @ValueSource(strings = {"The answer is B\nbecause", "the answer is b, because", "The answer is A, not The answer is B,"})
    void aLineBreakASmallLetterOrASecondLetterIsNot(String text) {
        assertEquals(NONE, published.choice(text, 3));
    }

    @Test
    void aLetterOfTheFirstFiveThatNoOptionHasIsAnAnswerAndWrong() {
        assertEquals(NONE, published.choice("E. I see. The answer is B.", 3));
        assertEquals(OptionalInt.of(1), published.choice("F. I see. The answer is B.", 3), "the published code knows A to E");
    }

    @Test
    void inAnyCaseASmallLetterIsOneBeforeAFullStopOnly() {
        assertEquals(NONE, anyCase.choice("the answer is a guess", 3));
        assertEquals(OptionalInt.of(0), anyCase.choice("the answer is a.", 3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"The answer is A. No: The answer is B.", "The answer is A. The answer is A."})
    void aSentenceThatStandsThereTwiceIsNone(String text) {
        assertEquals(NONE, published.choice(text, 3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "the cat", "It is B", "The answer is", "The answer is the cat.", "The answer is B", "7",
        "B.the cat", "(B)"})
    void anythingElseIsNone(String text) {
        assertEquals(NONE, published.choice(text, 3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"D", "D. the cat", "The answer is D."})
    void aLetterBeyondTheChoicesIsNone(String text) {
        assertEquals(NONE, published.choice(text, 3));
        assertEquals(OptionalInt.of(3), published.choice(text, 4));
    }

    @ParameterizedTest
    @ValueSource(strings = {"b", "b. the cat", "the answer is b.", "The answer is b."})
    void smallLettersCountOnlyForAModelThatHasNoOthers(String text) {
        assertEquals(NONE, published.choice(text, 2));
        assertEquals(OptionalInt.of(1), anyCase.choice(text, 2));
    }
}
