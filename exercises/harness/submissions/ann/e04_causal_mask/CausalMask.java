package e04_causal_mask;

public final class CausalMask {

    public static final double HIDDEN = -1e9;

    public static double[][] mask(boolean[] real) {
        double[][] mask = new double[real.length][real.length];
        for (int t = 0; t < real.length; t++) {
            for (int s = 0; s < t; s++) {
                mask[t][s] = HIDDEN;
            }
        }
        return mask;
    }
}
