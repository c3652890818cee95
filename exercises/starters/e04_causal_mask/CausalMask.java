package e04_causal_mask;

/** Exercise 04: who may see whom. The page beside this file says how. */
public final class CausalMask {

    /** What is added to a score that nobody may see. */
    public static final double HIDDEN = -1e9;

    private CausalMask() {
    }

    /**
     * The mask that is added to the scores.
     *
     * @param real [T], false for padding
     * @return [T, T], 0 where token t (row) may see token s (column), {@link #HIDDEN} elsewhere
     */
    public static double[][] mask(boolean[] real) {
        throw new UnsupportedOperationException("exercise 04: hide what comes later");
    }
}
