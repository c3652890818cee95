package e01_patchify;

/** Solution of exercise 01. */
public final class Patchify {

    private Patchify() {
    }

    /** [3, H, W] -> [(H/p)*(W/p), 3*p*p]. */
    public static double[][] patchify(double[][][] picture, int p) {
        int down = picture[0].length / p;
        int across = picture[0][0].length / p;
        double[][] patches = new double[down * across][picture.length * p * p];
        for (int r = 0; r < down; r++) {
            for (int s = 0; s < across; s++) {
                double[] patch = patches[r * across + s];
                int at = 0;
                for (double[][] channel : picture) {
                    for (int i = 0; i < p; i++) {
                        for (int j = 0; j < p; j++) {
                            patch[at++] = channel[r * p + i][s * p + j];
                        }
                    }
                }
            }
        }
        return patches;
    }
}
