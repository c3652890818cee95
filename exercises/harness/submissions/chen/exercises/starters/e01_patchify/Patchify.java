package e01_patchify;

/** Exercise 01: a picture becomes a list of patches. The page beside this file says how. */
public final class Patchify {

    private Patchify() {
    }

    /**
     * Cuts a picture into patches.
     *
     * @param picture [3, H, W]
     * @param p       height and width of a patch in pixels
     * @return [(H/p)*(W/p), 3*p*p], patches in reading order, each as channel, row, column
     */
    public static double[][] patchify(double[][][] picture, int p) {
        throw new UnsupportedOperationException("exercise 01: cut the picture into patches");
    }
}
