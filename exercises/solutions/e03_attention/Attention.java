package e03_attention;

/** Solution of exercise 03. */
public final class Attention {

    private Attention() {
    }

    /** [T, d], [S, d], [S, e] -> [T, e]. */
    public static double[][] attention(double[][] q, double[][] k, double[][] v) {
        double[][] out = new double[q.length][v[0].length];
        for (int t = 0; t < q.length; t++) {
            double[] scores = new double[k.length];
            for (int s = 0; s < k.length; s++) {
                scores[s] = dot(q[t], k[s]) / Math.sqrt(q[t].length);
            }
            double[] weights = softmax(scores);
            for (int s = 0; s < k.length; s++) {
                for (int j = 0; j < v[s].length; j++) {
                    out[t][j] += weights[s] * v[s][j];
                }
            }
        }
        return out;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static double[] softmax(double[] scores) {
        double largest = Double.NEGATIVE_INFINITY;
        for (double score : scores) {
            largest = Math.max(largest, score);
        }
        double sum = 0;
        double[] weights = new double[scores.length];
        for (int s = 0; s < scores.length; s++) {
            weights[s] = Math.exp(scores[s] - largest);
            sum += weights[s];
        }
        for (int s = 0; s < scores.length; s++) {
            weights[s] /= sum;
        }
        return weights;
    }
}
