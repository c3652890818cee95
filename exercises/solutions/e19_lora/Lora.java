package e19_lora;

import java.util.Random;

/** Solution of exercise 19. */
public final class Lora {

    private Lora() {
    }

    /** The two small matrices: a [r, in], b [out, r]. */
    public record Adapter(double[][] a, double[][] b) {
    }

    /** A small and random, B zero. */
    public static Adapter begin(int in, int out, int rank, Random random) {
        double[][] a = new double[rank][in];
        for (double[] row : a) {
            for (int i = 0; i < in; i++) {
                row[i] = random.nextGaussian() / rank;
            }
        }
        return new Adapter(a, new double[out][rank]);
    }

    /** [N, in], [out, in] -> [N, out]. */
    public static double[][] forward(double[][] x, double[][] w, Adapter adapter, double alpha) {
        double[][] y = product(x, w);
        double[][] correction = product(product(x, adapter.a()), adapter.b());
        for (int n = 0; n < x.length; n++) {
            for (int o = 0; o < w.length; o++) {
                y[n][o] += alpha / adapter.a().length * correction[n][o];
            }
        }
        return y;
    }

    /** [out, in] -> [out, in]. */
    public static double[][] merge(double[][] w, Adapter adapter, double alpha) {
        double[][] merged = new double[w.length][];
        for (int o = 0; o < w.length; o++) {
            merged[o] = w[o].clone();
            for (int k = 0; k < adapter.a().length; k++) {
                for (int i = 0; i < w[o].length; i++) {
                    merged[o][i] += alpha / adapter.a().length * adapter.b()[o][k] * adapter.a()[k][i];
                }
            }
        }
        return merged;
    }

    /** r · (in + out). */
    public static long parameters(long in, long out, long rank) {
        return rank * (in + out);
    }

    /** Each row of x times the matrix m, whose rows are outputs. */
    private static double[][] product(double[][] x, double[][] m) {
        double[][] y = new double[x.length][m.length];
        for (int n = 0; n < x.length; n++) {
            for (int o = 0; o < m.length; o++) {
                for (int i = 0; i < x[n].length; i++) {
                    y[n][o] += m[o][i] * x[n][i];
                }
            }
        }
        return y;
    }
}
