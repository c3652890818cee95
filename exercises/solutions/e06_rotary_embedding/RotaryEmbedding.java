package e06_rotary_embedding;

/** Solution of exercise 06. */
public final class RotaryEmbedding {

    private RotaryEmbedding() {
    }

    /** [d] -> [d]. */
    public static double[] rotate(double[] x, int position, double base) {
        int half = x.length / 2;
        double[] y = new double[x.length];
        for (int i = 0; i < half; i++) {
            int a = i;
            int b = i + half;
            double angle = position * Math.pow(base, -2.0 * i / x.length);
            y[a] = x[a] * Math.cos(angle) - x[b] * Math.sin(angle);
            y[b] = x[b] * Math.cos(angle) + x[a] * Math.sin(angle);
        }
        return y;
    }
}
