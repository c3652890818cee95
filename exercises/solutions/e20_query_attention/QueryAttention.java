package e20_query_attention;

/** Solution of exercise 20. */
public final class QueryAttention {

    private QueryAttention() {
    }

    /** The matrices of one attention: q [D, Dasks], k [D, Dtold], v [D, Dtold]. */
    public record Weights(double[][] q, double[][] k, double[][] v) {
    }

    /** [M, Dasks], [N, Dtold] -> [M, D]. */
    public static double[][] attend(double[][] asks, double[][] told, Weights weights, int heads) {
        double[][] q = product(asks, weights.q());
        double[][] k = product(told, weights.k());
        double[][] v = product(told, weights.v());
        int size = weights.q().length / heads;
        double[][] out = new double[asks.length][weights.q().length];
        for (int m = 0; m < asks.length; m++) {
            for (int head = 0; head < heads; head++) {
                double[] scores = new double[told.length];
                for (int n = 0; n < told.length; n++) {
                    for (int i = head * size; i < (head + 1) * size; i++) {
                        scores[n] += q[m][i] * k[n][i] / Math.sqrt(size);
                    }
                }
                softmax(scores);
                for (int n = 0; n < told.length; n++) {
                    for (int i = head * size; i < (head + 1) * size; i++) {
                        out[m][i] += scores[n] * v[n][i];
                    }
                }
            }
        }
        return out;
    }

    /** [M, D], [N, Dv] -> [M, D]. */
    public static double[][] layer(double[][] queries, double[][] z, Weights own, Weights cross, int heads) {
        double[][] x = sum(queries, attend(queries, queries, own, heads));
        return sum(x, attend(x, z, cross, heads));
    }

    private static double[][] sum(double[][] a, double[][] b) {
        double[][] sum = new double[a.length][a[0].length];
        for (int m = 0; m < a.length; m++) {
            for (int i = 0; i < a[m].length; i++) {
                sum[m][i] = a[m][i] + b[m][i];
            }
        }
        return sum;
    }

    private static double[][] product(double[][] x, double[][] w) {
        double[][] y = new double[x.length][w.length];
        for (int n = 0; n < x.length; n++) {
            for (int o = 0; o < w.length; o++) {
                for (int i = 0; i < x[n].length; i++) {
                    y[n][o] += w[o][i] * x[n][i];
                }
            }
        }
        return y;
    }

    private static void softmax(double[] scores) {
        double largest = Double.NEGATIVE_INFINITY;
        for (double score : scores) {
            largest = Math.max(largest, score);
        }
        double sum = 0;
        for (int n = 0; n < scores.length; n++) {
            scores[n] = Math.exp(scores[n] - largest);
            sum += scores[n];
        }
        for (int n = 0; n < scores.length; n++) {
            scores[n] /= sum;
        }
    }
}
