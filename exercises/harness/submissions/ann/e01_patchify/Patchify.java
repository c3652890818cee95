package e01_patchify;

public final class Patchify {

    public static double[][] patchify(double[][][] picture, int p) {
        int rows = picture[0].length / p, cols = picture[0][0].length / p;
        double[][] out = new double[rows * cols][3 * p * p];
        for (int n = 0; n < out.length; n++) {
            for (int x = 0; x < 3 * p * p; x++) {
                int c = x / (p * p), i = x / p % p, j = x % p;
                out[n][x] = picture[c][n / cols * p + i][n % cols * p + j];
            }
        }
        return out;
    }
}
