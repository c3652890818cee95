package e09_splicing;

/** Exercise 09: image tokens among words. The page beside this file says how. */
public final class Splicing {

    /** The id that marks the place of a picture. */
    public static final int IMAGE = -200;

    /** The label of a place that is not scored. */
    public static final int IGNORE = -100;

    private Splicing() {
    }

    /**
     * The sequence that goes into the decoder.
     *
     * @param ids    [T], {@link #IMAGE} where a picture goes
     * @param table  [V, D], the vector of each word
     * @param images for each picture [P, D]
     * @return [T - pictures + sum of P, D]
     * @throws IllegalArgumentException if there are more marks than pictures, or fewer
     */
    public static double[][] rows(int[] ids, double[][] table, double[][][] images) {
        throw new UnsupportedOperationException("exercise 09: splice the rows");
    }

    /**
     * The labels of that sequence.
     *
     * @param ids     [T], {@link #IMAGE} where a picture goes
     * @param labels  [T]
     * @param patches for each picture the number of its image tokens
     * @return [T - pictures + sum of patches]
     */
    public static int[] labels(int[] ids, int[] labels, int[] patches) {
        throw new UnsupportedOperationException("exercise 09: stretch the labels");
    }
}
