package llava4j.captions;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Which captions are kept: of every noun phrase that is not too rare, all its captions, and of a very frequent one as many,
 * drawn at random.
 *
 * <p>With n(p) the number of captions that say phrase p: for n(p) &lt; {@code rarest} (the paper: 3) p is passed over; for
 * n(p) up to {@code most} (100) every caption of p is kept; for a larger n(p), {@code most} of them. The result is the union
 * over all p (paper, appendix). The paper goes from the rarest phrase upwards; a union comes out the same in any order.
 *
 * <p>A caption is kept if any of its phrases asks for it. What one would get wrong: reading the 100 as a limit on how often
 * a phrase may occur in the result. "person" is drawn 100 times, and comes in with rarer phrases many times more.
 *
 * <p>Memory: of a phrase no more than {@code most} captions are held, by reservoir sampling: the n-th caption of a phrase
 * takes the place of a held one with probability {@code most} / n, which leaves each one held with the same probability.
 */
public final class PhraseBalance {

    /** One phrase: how many captions say it, and those held, at most {@code most} of them. */
    private static final class Phrase {
        private int captions;
        private int[] held = new int[1];
    }

    private final int rarest;
    private final int most;
    private final SplittableRandom random;
    private final Map<String, Phrase> phrases = new HashMap<>();

    /**
     * A rule that has seen no caption yet.
     *
     * @param rarest fewer captions than this, and a phrase is passed over
     * @param most   captions kept for one phrase
     * @param seed   of the draws; the same captions in the same order give the same choice
     */
    public PhraseBalance(int rarest, int most, long seed) {
        this.rarest = rarest;
        this.most = most;
        random = new SplittableRandom(seed);
    }

    /**
     * Counts a caption.
     *
     * @param caption its number
     * @param said    the distinct phrases in it
     */
    public void add(int caption, Collection<String> said) {
        for (String name : said) {
            Phrase phrase = phrases.computeIfAbsent(name, unknown -> new Phrase());
            int slot = phrase.captions < most ? phrase.captions : random.nextInt(phrase.captions + 1);
            phrase.captions++;
            if (slot < most) {
                if (slot >= phrase.held.length) {
                    phrase.held = Arrays.copyOf(phrase.held, Math.min(most, 2 * phrase.held.length));
                }
                phrase.held[slot] = caption;
            }
        }
    }

    /** {@return the numbers of the captions to keep} */
    public BitSet kept() {
        BitSet kept = new BitSet();
        for (Phrase phrase : frequent()) {
            for (int i = 0; i < Math.min(most, phrase.captions); i++) {
                kept.set(phrase.held[i]);
            }
        }
        return kept;
    }

    /** {@return how many distinct phrases there are} */
    public int phrases() {
        return phrases.size();
    }

    /** {@return how many of them are not passed over} */
    public int frequentPhrases() {
        return frequent().size();
    }

    /** {@return how many of them have more captions than are kept for one} */
    public int cappedPhrases() {
        return (int) frequent().stream().filter(phrase -> phrase.captions > most).count();
    }

    private List<Phrase> frequent() {
        return phrases.values().stream().filter(phrase -> phrase.captions >= rarest).toList();
    }
}
