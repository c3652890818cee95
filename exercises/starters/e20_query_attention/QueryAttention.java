package e20_query_attention;

/** Exercise 20: a layer of the Q-Former. The page beside this file says how. */
public final class QueryAttention {

    private QueryAttention() {
    }

    /** The matrices of one attention: q [D, Dasks], k [D, Dtold], v [D, Dtold]. */
    public record Weights(double[][] q, double[][] k, double[][] v) {
    }

    /**
     * Attention in several heads.
     *
     * @param asks  [M, Dasks], the rows that look
     * @param told  [N, Dtold], the rows that are looked at
     * @param heads divides D
     * @return [M, D]
     */
    public static double[][] attend(double[][] asks, double[][] told, Weights weights, int heads) {
        throw new UnsupportedOperationException("exercise 20: let the rows look");
    }

    /**
     * A layer: the queries look at each other, then at the picture.
     *
     * @param queries [M, D]
     * @param z       [N, Dv], features of the patches
     * @param own     of the queries' attention to each other
     * @param cross   of their attention to the patches
     * @return [M, D]
     */
    public static double[][] layer(double[][] queries, double[][] z, Weights own, Weights cross, int heads) {
        throw new UnsupportedOperationException("exercise 20: build the layer");
    }
}
