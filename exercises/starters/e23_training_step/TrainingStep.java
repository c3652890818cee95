package e23_training_step;

/** Exercise 23: loss, gradient and a step of Adam. The page beside this file says how. */
public final class TrainingStep {

    /** The label of a place that is not scored. */
    public static final int IGNORE = -100;

    private TrainingStep() {
    }

    /**
     * How surprised the model is, on average, by the tokens that are scored.
     *
     * @param logits [T, V]: row t says what is expected after token t
     * @param labels [T]: the id of token t, or {@link #IGNORE}
     */
    public static double loss(double[][] logits, int[] labels) {
        throw new UnsupportedOperationException("exercise 23: measure the surprise");
    }

    /**
     * The slope of the loss in each logit.
     *
     * @return [T, V]; 0 in the rows that nothing is scored in
     */
    public static double[][] gradientOfLogits(double[][] logits, int[] labels) {
        throw new UnsupportedOperationException("exercise 23: find the slope in the logits");
    }

    /**
     * The slope of the loss in W, where row t of the logits is table · (W z[t]).
     *
     * @param z       [T, Dv]
     * @param table   [V, D], a vector for each word
     * @param dlogits [T, V], the slope in the logits
     * @return [D, Dv]
     */
    public static double[][] gradientOfW(double[][] z, double[][] table, double[][] dlogits) {
        throw new UnsupportedOperationException("exercise 23: take the slope on to W");
    }

    /**
     * One step of Adam: {@code w}, {@code m} and {@code v} are changed in place.
     *
     * @param m    running mean of the gradient, 0 before the first step
     * @param v    running mean of its square, 0 before the first step
     * @param step 1 for the first
     */
    public static void step(double[] w, double[] gradient, double[] m, double[] v, int step, double rate) {
        throw new UnsupportedOperationException("exercise 23: take the step");
    }
}
