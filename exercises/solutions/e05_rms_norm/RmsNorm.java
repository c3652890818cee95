package e05_rms_norm;

/** Solution of exercise 05. */
public final class RmsNorm {

    private RmsNorm() {
    }

    /** [d] -> [d]. */
    public static double[] rmsNorm(double[] x, double[] gain, double eps) {
        double squares = 0;
        for (double value : x) {
            squares += value * value;
        }
        double root = Math.sqrt(squares / x.length + eps);
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = gain[i] * x[i] / root;
        }
        return y;
    }
}
