package llava4j.show;

import java.util.Arrays;
import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Holds what a reader computed by hand against what the project computes.
 *
 * <p>The hand works in doubles and adds up in its own order, so the two agree to about four places and not to the last bit. What
 * one would get wrong: comparing with {@code >}, which a NaN passes.
 */
public final class Agreement {

    private static final double ALLOWED = 1e-4;

    private Agreement() {
    }

    /**
     * {@return the sentence that says that both are the same}
     *
     * @param what    what was computed, to begin the sentence with
     * @param yours   by hand
     * @param project by the project, with as many entries in the same order
     * @throws AssertionError naming the first entry that differs by more than 0.0001 (of 1, or of the entry where it is larger)
     */
    public static String of(String what, INDArray yours, INDArray project) {
        double[] hand = yours.dup('c').reshape(yours.length()).toDoubleVector();
        double[] code = project.dup('c').reshape(project.length()).toDoubleVector();
        if (hand.length != code.length) {
            throw new AssertionError(String.format(Locale.ROOT, "%s: by hand %s, by the project %s", what,
                    Arrays.toString(yours.shape()), Arrays.toString(project.shape())));
        }
        for (int i = 0; i < hand.length; i++) {
            if (!(Math.abs(hand[i] - code[i]) <= ALLOWED * Math.max(1, Math.abs(code[i])))) {
                throw new AssertionError(String.format(Locale.ROOT, "%s: entry %d of %d is %.6f by hand and %.6f by the project",
                        what, i, hand.length, hand[i], code[i]));
            }
        }
        return String.format("%s: by hand and by the project the same%s, to four places.", what,
                project.length() == 1 ? "" : ", " + Arrays.toString(project.shape()));
    }
}
