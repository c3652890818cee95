package e08_projector_gradient;

/** Exercise 08: the projection W and its gradient. The page beside this file says how. */
public final class ProjectorGradient {

    private ProjectorGradient() {
    }

    /**
     * Image tokens: W z + b for each patch.
     *
     * @param z [N, Dv]
     * @param w [D, Dv]
     * @param b [D]
     * @return [N, D]
     */
    public static double[][] project(double[][] z, double[][] w, double[] b) {
        throw new UnsupportedOperationException("exercise 08: project the features");
    }

    /**
     * Gradient of the loss with respect to W.
     *
     * @param z  [N, Dv]
     * @param dh [N, D], gradient with respect to the image tokens
     * @return [D, Dv]
     */
    public static double[][] gradientOfW(double[][] z, double[][] dh) {
        throw new UnsupportedOperationException("exercise 08: find the gradient of W");
    }

    /**
     * Gradient of the loss with respect to b.
     *
     * @param dh [N, D]
     * @return [D]
     */
    public static double[] gradientOfB(double[][] dh) {
        throw new UnsupportedOperationException("exercise 08: find the gradient of b");
    }
}
