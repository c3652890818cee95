package e05_rms_norm;

public final class RmsNorm {

    public static double[] rmsNorm(double[] x, double[] gain, double eps) {
        double sum = 0;
        for (double v : x) sum += v * v
        return x;
    }
}
