package e03_attention;

/** Exercise 03: each query takes a weighted mean of the values. The page beside this file says how. */
public final class Attention {

    private Attention() {
    }

    /**
     * Scaled dot-product attention.
     *
     * @param q [T, d]
     * @param k [S, d]
     * @param v [S, e]
     * @return [T, e]
     */
    public static double[][] attention(double[][] q, double[][] k, double[][] v) {
        throw new UnsupportedOperationException("exercise 03: let each query look at the keys");
    }
}
