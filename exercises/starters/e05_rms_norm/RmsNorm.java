package e05_rms_norm;

/** Exercise 05: the norm of LLaMA. The page beside this file says how. */
public final class RmsNorm {

    private RmsNorm() {
    }

    /**
     * The vector divided by its root mean square, times the gain.
     *
     * @param x    [d], left as it is
     * @param gain [d]
     * @param eps  added to the mean of the squares
     * @return [d], a new array
     */
    public static double[] rmsNorm(double[] x, double[] gain, double eps) {
        throw new UnsupportedOperationException("exercise 05: normalise the vector");
    }
}
