package e23_training_step;

import java.util.Arrays;

/** Solution of exercise 23. */
public final class TrainingStep {

    /** The label of a place that is not scored. */
    public static final int IGNORE = -100;

    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;

    private TrainingStep() {
    }

    /** [T, V], [T] -> the mean of -log p over what is scored. */
    public static double loss(double[][] logits, int[] labels) {
        double sum = 0;
        for (int t = 0; t + 1 < labels.length; t++) {
            if (labels[t + 1] != IGNORE) {
                sum -= Math.log(softmax(logits[t])[labels[t + 1]]);
            }
        }
        return sum / scored(labels);
    }

    /** [T, V], [T] -> [T, V]. */
    public static double[][] gradientOfLogits(double[][] logits, int[] labels) {
        double[][] gradient = new double[logits.length][logits[0].length];
        int scored = scored(labels);
        for (int t = 0; t + 1 < labels.length; t++) {
            if (labels[t + 1] != IGNORE) {
                double[] p = softmax(logits[t]);
                p[labels[t + 1]] -= 1;
                for (int v = 0; v < p.length; v++) {
                    gradient[t][v] = p[v] / scored;
                }
            }
        }
        return gradient;
    }

    /** [T, Dv], [V, D], [T, V] -> [D, Dv]. */
    public static double[][] gradientOfW(double[][] z, double[][] table, double[][] dlogits) {
        double[][] dw = new double[table[0].length][z[0].length];
        for (int t = 0; t < z.length; t++) {
            for (int o = 0; o < dw.length; o++) {
                double dh = 0;
                for (int v = 0; v < table.length; v++) {
                    dh += dlogits[t][v] * table[v][o];
                }
                for (int i = 0; i < z[t].length; i++) {
                    dw[o][i] += dh * z[t][i];
                }
            }
        }
        return dw;
    }

    /** One step of Adam, the first being step 1; w, m and v are changed. */
    public static void step(double[] w, double[] gradient, double[] m, double[] v, int step, double rate) {
        for (int i = 0; i < w.length; i++) {
            m[i] = BETA1 * m[i] + (1 - BETA1) * gradient[i];
            v[i] = BETA2 * v[i] + (1 - BETA2) * gradient[i] * gradient[i];
            double mean = m[i] / (1 - Math.pow(BETA1, step));
            double square = v[i] / (1 - Math.pow(BETA2, step));
            w[i] -= rate * mean / (Math.sqrt(square) + EPSILON);
        }
    }

    private static int scored(int[] labels) {
        return (int) Arrays.stream(labels).skip(1).filter(label -> label != IGNORE).count();
    }

    private static double[] softmax(double[] logits) {
        double largest = Arrays.stream(logits).max().orElseThrow();
        double[] e = Arrays.stream(logits).map(z -> Math.exp(z - largest)).toArray();
        double sum = Arrays.stream(e).sum();
        return Arrays.stream(e).map(x -> x / sum).toArray();
    }
}
