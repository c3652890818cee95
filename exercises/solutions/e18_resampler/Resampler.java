package e18_resampler;

import java.util.Random;

/** Solution of exercise 18. */
public final class Resampler {

    private final double[][] queries;
    private final double[][] wk;
    private final double[][] wv;

    /** queries [M, d], Wk [d, Dv], Wv [D, Dv]. */
    public Resampler(double[][] queries, double[][] wk, double[][] wv) {
        this.queries = queries;
        this.wk = wk;
        this.wv = wv;
    }

    /** Gradients of the weights, each of its weight's shape. */
    public record Gradients(double[][] queries, double[][] wk, double[][] wv) {
    }

    /** A resampler to begin training with. */
    public static Resampler random(int tokens, int d, int in, int out, Random random) {
        return new Resampler(small(tokens, d, random), small(d, in, random), small(out, in, random));
    }

    /** [N, Dv] -> [M, D]. */
    public double[][] forward(double[][] z) {
        return times(weights(timesTransposed(z, wk)), timesTransposed(z, wv));
    }

    /** [N, d] -> a [M, N]. */
    private double[][] weights(double[][] keys) {
        double[][] a = timesTransposed(queries, keys);
        for (double[] row : a) {
            double largest = Double.NEGATIVE_INFINITY;
            for (int n = 0; n < row.length; n++) {
                row[n] /= Math.sqrt(wk.length);
                largest = Math.max(largest, row[n]);
            }
            double sum = 0;
            for (int n = 0; n < row.length; n++) {
                row[n] = Math.exp(row[n] - largest);
                sum += row[n];
            }
            for (int n = 0; n < row.length; n++) {
                row[n] /= sum;
            }
        }
        return a;
    }

    /** Gradients of all weights. */
    public Gradients gradients(double[][] z, double[][] dh) {
        double[][] keys = timesTransposed(z, wk);
        double[][] values = timesTransposed(z, wv);
        double[][] a = weights(keys);
        double[][] ds = timesTransposed(dh, values);
        for (int m = 0; m < ds.length; m++) {
            double mean = 0;
            for (int n = 0; n < z.length; n++) {
                mean += a[m][n] * ds[m][n];
            }
            for (int n = 0; n < z.length; n++) {
                ds[m][n] = a[m][n] * (ds[m][n] - mean) / Math.sqrt(wk.length);
            }
        }
        double[][] dkeys = times(transposed(ds), queries);
        double[][] dvalues = times(transposed(a), dh);
        return new Gradients(times(ds, keys), times(transposed(dkeys), z), times(transposed(dvalues), z));
    }

    /** Moves the weights by -rate times their gradients. */
    public void descend(double[][] z, double[][] dh, double rate) {
        Gradients gradients = gradients(z, dh);
        move(queries, gradients.queries(), rate);
        move(wk, gradients.wk(), rate);
        move(wv, gradients.wv(), rate);
    }

    /** One step of gradient descent for each picture, {@code epochs} times. */
    public void train(double[][][] pictures, int[] words, double[][] table, int epochs, double rate) {
        for (int epoch = 0; epoch < epochs; epoch++) {
            for (int i = 0; i < pictures.length; i++) {
                double[][] h = forward(pictures[i]);
                double[] dlogits = softmaxOfMean(h, table);
                dlogits[words[i]] -= 1;
                double[][] dh = new double[h.length][h[0].length];
                for (double[] row : dh) {
                    for (int v = 0; v < table.length; v++) {
                        for (int d = 0; d < row.length; d++) {
                            row[d] += dlogits[v] * table[v][d] / h.length;
                        }
                    }
                }
                descend(pictures[i], dh, rate);
            }
        }
    }

    private static double[] softmaxOfMean(double[][] h, double[][] table) {
        double[] p = new double[table.length];
        double largest = Double.NEGATIVE_INFINITY;
        for (int v = 0; v < p.length; v++) {
            for (double[] token : h) {
                for (int d = 0; d < token.length; d++) {
                    p[v] += table[v][d] * token[d] / h.length;
                }
            }
            largest = Math.max(largest, p[v]);
        }
        double sum = 0;
        for (int v = 0; v < p.length; v++) {
            p[v] = Math.exp(p[v] - largest);
            sum += p[v];
        }
        for (int v = 0; v < p.length; v++) {
            p[v] /= sum;
        }
        return p;
    }

    private static double[][] small(int rows, int columns, Random random) {
        double[][] w = new double[rows][columns];
        for (double[] row : w) {
            for (int i = 0; i < columns; i++) {
                row[i] = random.nextGaussian() / Math.sqrt(columns);
            }
        }
        return w;
    }

    private static void move(double[][] w, double[][] gradient, double rate) {
        for (int o = 0; o < w.length; o++) {
            for (int i = 0; i < w[o].length; i++) {
                w[o][i] -= rate * gradient[o][i];
            }
        }
    }

    private static double[][] times(double[][] a, double[][] b) {
        return timesTransposed(a, transposed(b));
    }

    /** a [A, K], b [B, K] -> [A, B]. */
    private static double[][] timesTransposed(double[][] a, double[][] b) {
        double[][] c = new double[a.length][b.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < b.length; j++) {
                for (int k = 0; k < b[j].length; k++) {
                    c[i][j] += a[i][k] * b[j][k];
                }
            }
        }
        return c;
    }

    private static double[][] transposed(double[][] a) {
        double[][] t = new double[a[0].length][a.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < t.length; j++) {
                t[j][i] = a[i][j];
            }
        }
        return t;
    }
}
