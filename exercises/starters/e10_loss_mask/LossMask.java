package e10_loss_mask;

import java.util.List;
import java.util.function.Function;

/** Exercise 10: which tokens are scored. The page beside this file says how. */
public final class LossMask {

    /** The label of a token that is not scored. */
    public static final int IGNORE = -100;

    private LossMask() {
    }

    /** A question and its answer. */
    public record Turn(String question, String answer) {
    }

    /** A part of the text, and whether its tokens are scored. */
    public record Piece(String text, boolean learned) {
    }

    /**
     * The conversation in the template v1.
     *
     * @return pieces whose texts, joined, are the whole text (without {@code <s>})
     */
    public static List<Piece> pieces(String system, List<Turn> turns) {
        throw new UnsupportedOperationException("exercise 10: write the conversation in pieces");
    }

    /**
     * The labels of all tokens.
     *
     * @param tokenize gives the ids of a text
     * @return one label for {@code <s>} and one for each token of the pieces
     */
    public static int[] labels(List<Piece> pieces, Function<String, int[]> tokenize) {
        throw new UnsupportedOperationException("exercise 10: make the labels");
    }
}
