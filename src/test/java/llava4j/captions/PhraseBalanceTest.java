package llava4j.captions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The paper's rule on captions that are given as lists of phrases. */
class PhraseBalanceTest {

    /**
     * By hand, passing over what is said less than twice: "sun" is said once (caption 3) and is passed over; "boat" is said
     * twice (1, 2) and "dog" three times (0, 1, 4). So 0, 1, 2 and 4 are kept, and 3, which has the sun alone, is not.
     */
    @Test
    void aCaptionIsKeptIfOneOfItsPhrasesIsFrequentEnough() {
        PhraseBalance balance = new PhraseBalance(2, 100, 0);
        List<List<String>> captions = List.of(List.of("dog"), List.of("dog", "boat"), List.of("boat"), List.of("sun"),
                List.of("dog"), List.of());
        for (int i = 0; i < captions.size(); i++) {
            balance.add(i, captions.get(i));
        }
        assertEquals("{0, 1, 2, 4}", balance.kept().toString());
        assertEquals(3, balance.phrases());
        assertEquals(2, balance.frequentPhrases());
        assertEquals(0, balance.cappedPhrases());
    }

    @Test
    void aPhraseWith150CaptionsKeeps100ThroughItselfAndOneWith100KeepsAll() {
        assertEquals(100, said(150, 0).kept().cardinality());
        assertEquals(100, said(100, 0).kept().cardinality());
        assertEquals(1, said(150, 0).cappedPhrases());
        assertEquals(0, said(100, 0).cappedPhrases());
    }

    @Test
    void aRarerPhraseBringsCaptionsInBesidesTheHundredOfAFrequentOne() {
        PhraseBalance balance = said(150, 0);
        BitSet drawn = balance.kept();
        // the captions that were not drawn, said once more with a phrase of their own
        PhraseBalance both = said(150, 0);
        for (int i = drawn.nextClearBit(0); i < 150; i = drawn.nextClearBit(i + 1)) {
            both.add(i, List.of("umbrella"));
        }
        assertEquals(150, both.kept().cardinality());
    }

    @Test
    void theSameSeedDrawsTheSameCaptionsAndAnotherSeedOthers() {
        assertEquals(said(150, 7).kept(), said(150, 7).kept());
        assertNotEquals(said(150, 7).kept(), said(150, 8).kept());
    }

    @Test
    void everyCaptionOfAFrequentPhraseIsDrawnEquallyOften() {
        int seeds = 3000;
        int[] drawn = new int[150];
        for (int seed = 0; seed < seeds; seed++) {
            said(150, seed).kept().stream().forEach(caption -> drawn[caption]++);
        }
        // the share is 2/3; five standard deviations of 3000 draws are 0.043
        for (int caption = 0; caption < drawn.length; caption++) {
            assertEquals(2.0 / 3, (double) drawn[caption] / seeds, 0.043, "caption " + caption);
        }
    }

    private static PhraseBalance said(int captions, long seed) {
        PhraseBalance balance = new PhraseBalance(3, 100, seed);
        for (int i = 0; i < captions; i++) {
            balance.add(i, List.of("person"));
        }
        return balance;
    }
}
