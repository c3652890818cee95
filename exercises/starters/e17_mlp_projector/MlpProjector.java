package e17_mlp_projector;

import java.util.Random;

/** Exercise 17: the projector of LLaVA 1.5, beside a linear one. The page beside this file says how. */
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

    /** The linear W of the paper, given: exercise 08 once more. */
    public static final class Linear implements Projector {

        private final double[][] w;
        private final double[] b;

        /** W [out, in] small and random, the bias 0. */
        public Linear(int in, int out, Random random) {
            w = new double[out][in];
            b = new double[out];
            for (double[] row : w) {
                for (int i = 0; i < in; i++) {
                    row[i] = random.nextGaussian() / Math.sqrt(in);
                }
            }
        }

        @Override
        public double[][] forward(double[][] z) {
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

        @Override
        public void descend(double[][] z, double[][] dh, double rate) {
            for (int n = 0; n < z.length; n++) {
                for (int o = 0; o < b.length; o++) {
                    b[o] -= rate * dh[n][o];
                    for (int i = 0; i < z[n].length; i++) {
                        w[o][i] -= rate * dh[n][o] * z[n][i];
                    }
                }
            }
        }
    }

    /** The projector to write: linear, GELU, linear. */
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
            throw new UnsupportedOperationException("exercise 17: choose the first weights");
        }

        @Override
        public double[][] forward(double[][] z) {
            throw new UnsupportedOperationException("exercise 17: project the features");
        }

        /** Gradients of all weights; dh [N, D] is the gradient of the image tokens. */
        public Gradients gradients(double[][] z, double[][] dh) {
            throw new UnsupportedOperationException("exercise 17: find the gradients");
        }

        @Override
        public void descend(double[][] z, double[][] dh, double rate) {
            throw new UnsupportedOperationException("exercise 17: move the weights");
        }
    }

    /**
     * Gradient descent on all of z at once.
     *
     * @param z     [N, Dv]
     * @param words [N], the word to say for each row
     * @param table [V, D], the vectors of the words; frozen
     */
    public static void train(Projector projector, double[][] z, int[] words, double[][] table, int steps, double rate) {
        throw new UnsupportedOperationException("exercise 17: train the projector");
    }

    /** The share of rows whose largest logit is the right word. */
    public static double accuracy(Projector projector, double[][] z, int[] words, double[][] table) {
        throw new UnsupportedOperationException("exercise 17: count the right words");
    }

    /** The error function, 2/√π times the integral of exp(-t²) from 0 to x; Java has none. Given. */
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
}
