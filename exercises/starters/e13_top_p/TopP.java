package e13_top_p;

/** Exercise 13: draw among the likely tokens. The page beside this file says how. */
public final class TopP {

    private TopP() {
    }

    /**
     * The probabilities that are left of the softmax when the tail is cut off.
     *
     * @param logits      [V]
     * @param temperature above 0
     * @param p           in (0, 1], the share that is kept
     * @return [V], in the order of the tokens, sum 1
     */
    public static double[] nucleus(double[] logits, double temperature, double p) {
        throw new UnsupportedOperationException("exercise 13: cut off the tail");
    }

    /**
     * The token that a random number chooses.
     *
     * @param probabilities [V], sum 1
     * @param u             in [0, 1)
     */
    public static int draw(double[] probabilities, double u) {
        throw new UnsupportedOperationException("exercise 13: draw a token");
    }
}
