package e10_loss_mask;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Solution of exercise 10. */
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

    /** The conversation in the template v1. */
    public static List<Piece> pieces(String system, List<Turn> turns) {
        List<Piece> pieces = new ArrayList<>();
        pieces.add(new Piece(system + " ", false));
        for (Turn turn : turns) {
            pieces.add(new Piece("USER: " + turn.question() + " ASSISTANT:", false));
            pieces.add(new Piece(" " + turn.answer() + "</s>", true));
        }
        return pieces;
    }

    /** One label a token. */
    public static int[] labels(List<Piece> pieces, Function<String, int[]> tokenize) {
        List<Integer> labels = new ArrayList<>();
        labels.add(IGNORE);
        for (Piece piece : pieces) {
            for (int id : tokenize.apply(piece.text())) {
                labels.add(piece.learned() ? id : IGNORE);
            }
        }
        return labels.stream().mapToInt(Integer::intValue).toArray();
    }
}
