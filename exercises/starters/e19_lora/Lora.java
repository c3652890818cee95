package e19_lora;

import java.util.Random;

/** Exercise 19: a large matrix learns through two small ones. The page beside this file says how. */
public final class Lora {

    private Lora() {
    }

    /** The two small matrices: a [r, in], b [out, r]. */
    public record Adapter(double[][] a, double[][] b) {
    }

    /**
     * The adapter to begin training with: with it, the layer computes what it computed before.
     *
     * @param rank   r
     * @param random for the matrix that is not zero
     */
    public static Adapter begin(int in, int out, int rank, Random random) {
        throw new UnsupportedOperationException("exercise 19: choose the first adapter");
    }

    /**
     * The layer with its adapter.
     *
     * @param x     [N, in]
     * @param w     [out, in], frozen
     * @param alpha the adapter counts alpha / r times
     * @return [N, out]
     */
    public static double[][] forward(double[][] x, double[][] w, Adapter adapter, double alpha) {
        throw new UnsupportedOperationException("exercise 19: add what the adapter says");
    }

    /**
     * One matrix that does what w and the adapter do together.
     *
     * @param w [out, in], left as it is
     * @return [out, in]
     */
    public static double[][] merge(double[][] w, Adapter adapter, double alpha) {
        throw new UnsupportedOperationException("exercise 19: merge the adapter");
    }

    /** How many parameters the adapter trains. */
    public static long parameters(long in, long out, long rank) {
        throw new UnsupportedOperationException("exercise 19: count the parameters");
    }
}
