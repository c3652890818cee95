package e04_causal_mask;

/** Solution of exercise 04. */
public final class CausalMask {

    /** What is added to a score that nobody may see. */
    public static final double HIDDEN = -1e9;

    private CausalMask() {
    }

    /** [T] -> [T, T]. */
    public static double[][] mask(boolean[] real) {
        double[][] mask = new double[real.length][real.length];
        for (int t = 0; t < real.length; t++) {
            for (int s = 0; s < real.length; s++) {
                mask[t][s] = s <= t && real[s] ? 0 : HIDDEN;
            }
        }
        return mask;
    }
}
