package e17_mlp_projector;

import java.util.Random;

/** Solution of exercise 17. */
public final class MlpProjector {

    private MlpProjector() {
    }

    /** Makes image tokens of features, and learns. */
    public interface Projector {

        /** [N, Dv] -> [N, D]. */
        double[][] forward(double[][] z);

        /** Moves the weights by -rate times their gradients; dh [N, D] is the gradient of the image tokens. */
        void descend(double[][] z, double[][] dh, double rate);
    }

    /** Gradients of the weights, each of its weight's shape. */
    public record Gradients(double[][] w1, double[] b1, double[][] w2, double[] b2) {
    }

    /** The linear W of the paper. */
    public static final class Linear implements Projector {

        private final double[][] w;
        private final double[] b;

        /** W [out, in] small and random, the bias 0. */
        public Linear(int in, int out, Random random) {
            w = small(out, in, random);
            b = new double[out];
        }

        @Override
        public double[][] forward(double[][] z) {
            return affine(z, w, b);
        }

        @Override
        public void descend(double[][] z, double[][] dh, double rate) {
            move(w, outer(dh, z), rate);
            move(b, sum(dh), rate);
        }
    }

    /** Linear, GELU, linear. */
    public static final class Mlp implements Projector {

        private final double[][] w1;
        private final double[] b1;
        private final double[][] w2;
        private final double[] b2;

        /** W1 [K, Dv], b1 [K], W2 [D, K], b2 [D]. */
        public Mlp(double[][] w1, double[] b1, double[][] w2, double[] b2) {
            this.w1 = w1;
            this.b1 = b1;
            this.w2 = w2;
            this.b2 = b2;
        }

        /** A projector to begin training with. */
        public static Mlp random(int in, int hidden, int out, Random random) {
            return new Mlp(small(hidden, in, random), new double[hidden], small(out, hidden, random), new double[out]);
        }

        @Override
        public double[][] forward(double[][] z) {
            return affine(gelu(affine(z, w1, b1)), w2, b2);
        }

        /** Gradients of all weights. */
        public Gradients gradients(double[][] z, double[][] dh) {
            double[][] u = affine(z, w1, b1);
            double[][] du = new double[z.length][b1.length];
            for (int n = 0; n < z.length; n++) {
                for (int k = 0; k < b1.length; k++) {
                    double dg = 0;
                    for (int o = 0; o < b2.length; o++) {
                        dg += w2[o][k] * dh[n][o];
                    }
                    du[n][k] = dg * slope(u[n][k]);
                }
            }
            return new Gradients(outer(du, z), sum(du), outer(dh, gelu(u)), sum(dh));
        }

        @Override
        public void descend(double[][] z, double[][] dh, double rate) {
            Gradients gradients = gradients(z, dh);
            move(w1, gradients.w1(), rate);
            move(b1, gradients.b1(), rate);
            move(w2, gradients.w2(), rate);
            move(b2, gradients.b2(), rate);
        }
    }

    /** Gradient descent on all of z at once. */
    public static void train(Projector projector, double[][] z, int[] words, double[][] table, int steps, double rate) {
        for (int step = 0; step < steps; step++) {
            double[][] h = projector.forward(z);
            double[][] dh = new double[z.length][table[0].length];
            for (int n = 0; n < z.length; n++) {
                double[] p = softmax(logits(h[n], table));
                p[words[n]] -= 1;
                for (int v = 0; v < table.length; v++) {
                    for (int d = 0; d < dh[n].length; d++) {
                        dh[n][d] += p[v] * table[v][d] / z.length;
                    }
                }
            }
            projector.descend(z, dh, rate);
        }
    }

    /** The share of rows whose largest logit is the right word. */
    public static double accuracy(Projector projector, double[][] z, int[] words, double[][] table) {
        double[][] h = projector.forward(z);
        int right = 0;
        for (int n = 0; n < z.length; n++) {
            double[] logits = logits(h[n], table);
            int best = 0;
            for (int v = 1; v < logits.length; v++) {
                best = logits[v] > logits[best] ? v : best;
            }
            right += best == words[n] ? 1 : 0;
        }
        return (double) right / z.length;
    }

    /** The error function. */
    public static double erf(double x) {
        if (Math.abs(x) > 6) {
            return Math.signum(x);
        }
        double term = 2 * x / Math.sqrt(Math.PI) * Math.exp(-x * x);
        double sum = 0;
        for (int n = 1; Math.abs(term) > 1e-17; n++) {
            sum += term;
            term *= 2 * x * x / (2 * n + 1);
        }
        return sum;
    }

    private static double phi(double x) {
        return (1 + erf(x / Math.sqrt(2))) / 2;
    }

    private static double slope(double x) {
        return phi(x) + x * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    }

    private static double[][] gelu(double[][] u) {
        double[][] g = new double[u.length][u[0].length];
        for (int n = 0; n < u.length; n++) {
            for (int k = 0; k < u[n].length; k++) {
                g[n][k] = u[n][k] * phi(u[n][k]);
            }
        }
        return g;
    }

    private static double[][] affine(double[][] z, double[][] w, double[] b) {
        double[][] h = new double[z.length][b.length];
        for (int n = 0; n < z.length; n++) {
            for (int o = 0; o < b.length; o++) {
                h[n][o] = b[o];
                for (int i = 0; i < z[n].length; i++) {
                    h[n][o] += w[o][i] * z[n][i];
                }
            }
        }
        return h;
    }

    /** Σ_n a[n] b[n]ᵀ. */
    private static double[][] outer(double[][] a, double[][] b) {
        double[][] sum = new double[a[0].length][b[0].length];
        for (int n = 0; n < a.length; n++) {
            for (int o = 0; o < sum.length; o++) {
                for (int i = 0; i < b[n].length; i++) {
                    sum[o][i] += a[n][o] * b[n][i];
                }
            }
        }
        return sum;
    }

    private static double[] sum(double[][] a) {
        double[] sum = new double[a[0].length];
        for (double[] row : a) {
            for (int o = 0; o < sum.length; o++) {
                sum[o] += row[o];
            }
        }
        return sum;
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
            move(w[o], gradient[o], rate);
        }
    }

    private static void move(double[] w, double[] gradient, double rate) {
        for (int i = 0; i < w.length; i++) {
            w[i] -= rate * gradient[i];
        }
    }

    private static double[] logits(double[] h, double[][] table) {
        double[] logits = new double[table.length];
        for (int v = 0; v < table.length; v++) {
            for (int d = 0; d < h.length; d++) {
                logits[v] += table[v][d] * h[d];
            }
        }
        return logits;
    }

    private static double[] softmax(double[] logits) {
        double largest = Double.NEGATIVE_INFINITY;
        for (double z : logits) {
            largest = Math.max(largest, z);
        }
        double sum = 0;
        double[] p = new double[logits.length];
        for (int v = 0; v < p.length; v++) {
            p[v] = Math.exp(logits[v] - largest);
            sum += p[v];
        }
        for (int v = 0; v < p.length; v++) {
            p[v] /= sum;
        }
        return p;
    }
}
