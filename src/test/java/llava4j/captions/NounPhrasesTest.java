package llava4j.captions;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What counts as a noun phrase. */
class NounPhrasesTest {

    @Test
    void aPhraseIsARunOfAdjectivesAndNounsInLowerCaseWithoutArticlesAndNumbers() {
        phrases("a small dog with two Brown ears at a bus station", "small dog", "brown ears", "bus station");
    }

    @Test
    void aPhraseEndsWithItsLastNoun() {
        phrases("the car is red and stands in the street.", "car", "street");
    }

    @Test
    void aPhraseSaidTwiceInACaptionIsOne() {
        phrases("a car beside the car", "car");
    }

    @Test
    void aHyphenJoinsItsTwoSides() {
        phrases("young woman in a t-shirt riding a horse.", "young woman", "t-shirt", "horse");
    }

    @Test
    void aCaptionOfBlanksHasNone() {
        phrases("  ");
        phrases("");
    }

    private static void phrases(String caption, String... expected) {
        assertEquals(List.of(expected), List.copyOf(NounPhrases.of(caption)));
    }
}
