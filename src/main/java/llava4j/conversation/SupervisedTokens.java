package llava4j.conversation;

import java.util.Arrays;

/**
 * A conversation as the model is trained on it: token ids, and for each whether it is scored.
 *
 * @param ids    token ids, pictures expanded to their image tokens
 * @param labels the id itself where the token is scored, −100 elsewhere
 */
public record SupervisedTokens(int[] ids, int[] labels) {

    /** A token that is not scored. */
    public static final int IGNORED = -100;

    /** {@return the number of scored tokens} */
    public int supervised() {
        return (int) Arrays.stream(labels).filter(label -> label != IGNORED).count();
    }
}
