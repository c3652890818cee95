package e18_resampler;

import java.util.Random;

/** Exercise 18: a fixed number of image tokens from any number of patches. The page beside this file says how. */
public final class Resampler {

    private final double[][] queries;
    private final double[][] wk;
    private final double[][] wv;

    /** queries [M, d], Wk [d, Dv], Wv [D, Dv]. */
    public Resampler(double[][] queries, double[][] wk, double[][] wv) {
        this.queries = queries;
        this.wk = wk;
        this.wv = wv;
    }

    /** Gradients of the weights, each of its weight's shape. */
    public record Gradients(double[][] queries, double[][] wk, double[][] wv) {
    }

    /**
     * A resampler to begin training with.
     *
     * @param tokens M, the image tokens that it makes
     * @param d      length of queries and keys
     * @param in     Dv, length of a patch's features
     * @param out    D, length of an image token
     */
    public static Resampler random(int tokens, int d, int in, int out, Random random) {
        throw new UnsupportedOperationException("exercise 18: choose the first weights");
    }

    /** z [N, Dv], any N -> [M, D]. */
    public double[][] forward(double[][] z) {
        throw new UnsupportedOperationException("exercise 18: let the queries look");
    }

    /** Gradients of all weights; dh [M, D] is the gradient of the image tokens. */
    public Gradients gradients(double[][] z, double[][] dh) {
        throw new UnsupportedOperationException("exercise 18: find the gradients");
    }

    /** Moves the weights by -rate times their gradients. */
    public void descend(double[][] z, double[][] dh, double rate) {
        throw new UnsupportedOperationException("exercise 18: move the weights");
    }

    /**
     * One step of gradient descent for each picture, {@code epochs} times.
     *
     * @param pictures each [N, Dv], N may differ
     * @param words    the word to say for each picture
     * @param table    [V, D], the vectors of the words; frozen
     */
    public void train(double[][][] pictures, int[] words, double[][] table, int epochs, double rate) {
        throw new UnsupportedOperationException("exercise 18: train the resampler");
    }
}
