package e02_patch_embedding;

/** Exercise 02: patches become tokens. The page beside this file says how. */
public final class PatchEmbedding {

    private PatchEmbedding() {
    }

    /**
     * The tokens that go into the encoder's first layer.
     *
     * @param patches    [N, 3*p*p], each as channel, row, column
     * @param kernel     [D, 3, p, p], the weights of the convolution
     * @param classToken [D]
     * @param positions  [1+N, D]
     * @return [1+N, D], the class token first
     */
    public static double[][] embed(double[][] patches, double[][][][] kernel, double[] classToken,
            double[][] positions) {
        throw new UnsupportedOperationException("exercise 02: embed the patches");
    }
}
