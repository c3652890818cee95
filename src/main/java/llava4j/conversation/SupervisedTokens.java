package llava4j.conversation;

import java.util.Arrays;
import llava4j.model.LossGraph;

/**
 * A conversation as the model is trained on it: token ids, and for each whether it is scored.
 *
 * @param ids    token ids, pictures expanded to their image tokens
 * @param labels the id itself where the token is scored, {@link LossGraph#IGNORED} elsewhere
 */
public record SupervisedTokens(int[] ids, int[] labels) {

    /** {@return the number of scored tokens} */
    public int supervised() {
        int count = 0;
        for (int label : labels) {
            count += label != LossGraph.IGNORED ? 1 : 0;
        }
        return count;
    }

    /**
     * {@return how often a token stands in the sample, scored or not}
     *
     * @param id the token
     */
    public long count(int id) {
        long count = 0;
        for (int one : ids) {
            count += one == id ? 1 : 0;
        }
        return count;
    }

    /**
     * {@return how often a token is scored}
     *
     * @param id the token
     */
    public int scored(int id) {
        int count = 0;
        for (int label : labels) {
            count += label == id && id != LossGraph.IGNORED ? 1 : 0;
        }
        return count;
    }

    /**
     * {@return the beginning of the sample}
     *
     * @param length in tokens
     */
    public SupervisedTokens first(int length) {
        return new SupervisedTokens(Arrays.copyOf(ids, length), Arrays.copyOf(labels, length));
    }
}
