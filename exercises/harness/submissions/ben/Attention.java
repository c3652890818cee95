package e03_attention;

/** By Ben. */
public final class Attention {

    public static double[][] attention(double[][] q, double[][] k, double[][] v) {
        double[][] out = new double[q.length][v[0].length];
        for (int t = 0; t < q.length; t++) {
            double[] w = new double[k.length];
            double max = -1e300, sum = 0;
            for (int s = 0; s < k.length; s++) {
                for (int i = 0; i < q[t].length; i++) w[s] += q[t][i] * k[s][i];
                w[s] /= Math.sqrt(q[t].length);
                max = Math.max(max, w[s]);
            }
            for (int s = 0; s < k.length; s++) sum += w[s] = Math.exp(w[s] - max);
            for (int s = 0; s < k.length; s++)
                for (int j = 0; j < v[s].length; j++) out[t][j] += w[s] / sum * v[s][j];
        }
        return out;
    }
}
