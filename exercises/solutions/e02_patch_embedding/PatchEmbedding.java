package e02_patch_embedding;

/** Solution of exercise 02. */
public final class PatchEmbedding {

    private PatchEmbedding() {
    }

    /** [N, 3*p*p] -> [1+N, D]. */
    public static double[][] embed(double[][] patches, double[][][][] kernel, double[] classToken,
            double[][] positions) {
        double[][] tokens = new double[patches.length + 1][classToken.length];
        for (int d = 0; d < classToken.length; d++) {
            tokens[0][d] = classToken[d] + positions[0][d];
            for (int n = 0; n < patches.length; n++) {
                tokens[n + 1][d] = dot(kernel[d], patches[n]) + positions[n + 1][d];
            }
        }
        return tokens;
    }

    private static double dot(double[][][] kernel, double[] patch) {
        double sum = 0;
        int at = 0;
        for (double[][] channel : kernel) {
            for (int i = 0; i < channel.length; i++) {
                for (int j = 0; j < channel.length; j++) {
                    sum += channel[i][j] * patch[at++];
                }
            }
        }
        return sum;
    }
}
