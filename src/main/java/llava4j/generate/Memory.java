package llava4j.generate;

import java.util.Arrays;
import llava4j.model.KeyValueCache;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a conversation has read so far: its tokens, and the keys and values that they left.
 *
 * <p>The next question comes with everything said before it. As far as the new prompt begins with the tokens that are here, it
 * is not read again. Tokenising an answer's text may give other ids than the model had chosen; then the two part at the first
 * that differs, and what lies after it is forgotten. What one would get wrong: ids alone do not tell two prompts apart, for
 * every picture stands in them as the same {@code <image>}; the features must be the same array.
 */
public final class Memory {

    private int[] ids = {};
    private INDArray features;
    private KeyValueCache cache;
    private int known;

    /**
     * {@return how many of a prompt's first tokens are here; at least one token is always left to read}
     *
     * @param prompt        token ids, {@code <image>} expanded
     * @param seen          features of the prompt's pictures, or {@code null}
     * @param imageTokenId  of {@code <image>}; a rest in which it stands has to be read from the beginning
     */
    int inCommon(int[] prompt, INDArray seen, int imageTokenId) {
        if (cache == null || seen != features) {
            return 0;
        }
        int common = Math.min(sharedWith(prompt), prompt.length - 1);
        return Arrays.stream(prompt, common, prompt.length).anyMatch(id -> id == imageTokenId) ? 0 : common;
    }

    /**
     * Hands over the cache of the first tokens. It is given back with {@link #keep}; if what comes between fails, nothing half
     * written stays here.
     *
     * @param first how many, from {@link #inCommon}; 0 for an empty memory
     */
    KeyValueCache take(int first) {
        KeyValueCache taken = cache;
        cache = null;
        known = first;
        if (first > 0) {
            taken.shorten(first);
        }
        return taken;
    }

    /** Remembers what was read: of the ids, as many as the cache holds. */
    void keep(int[] read, INDArray seen, KeyValueCache full) {
        ids = Arrays.copyOf(read, full.length());
        features = seen;
        cache = full;
    }

    /** {@return how many tokens of the last prompt were known before it came} */
    public int known() {
        return known;
    }

    /**
     * {@return how many of a prompt's first tokens this conversation begins with}
     *
     * @param prompt token ids
     */
    public int sharedWith(int[] prompt) {
        int parting = Arrays.mismatch(ids, prompt);
        return parting < 0 ? ids.length : parting;
    }

    /** {@return what it takes, in bytes} */
    public long bytes() {
        return cache == null ? 0 : cache.bytes();
    }
}
