package e22_capstone;

import e05_rms_norm.RmsNorm;
import e08_projector_gradient.ProjectorGradient;
import exercises.TinyModel;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/** Exercise 22: the tiny LLaVA answers on your own code. The page beside this file says how. */
public final class TinyLlava {

    private final TinyModel model;

    /** A LLaVA with these weights. */
    public TinyLlava(TinyModel model) {
        this.model = model;
    }

    /**
     * Attention with several heads, each on its own columns, with your attention of exercise 03.
     *
     * @param q     [T, D]
     * @param k     [S, D]
     * @param v     [S, D]
     * @param heads how many; the columns of head h are those from h * D / heads on
     * @param mask  [T, S] as in exercise 04: row t sees the places that hold 0; {@code null} where all see all
     * @return [T, D]
     */
    public static double[][] heads(double[][] q, double[][] k, double[][] v, int heads, double[][] mask) {
        throw new UnsupportedOperationException("exercise 22: let each head look by itself");
    }

    /**
     * What the encoder g sees: the features that go into W.
     *
     * @param picture [3, 48, 48]
     * @return [9, 96], a row for each patch
     */
    public double[][] features(double[][][] picture) {
        throw new UnsupportedOperationException("exercise 22: let the encoder look at the picture");
    }

    /**
     * What the language model f expects to come next, at each place.
     *
     * @param ids     [T] with one {@link TinyModel#IMAGE} among them
     * @param picture [3, 48, 48]
     * @return [T + 8, 223]: one mark became nine image tokens
     */
    public double[][] logits(int[] ids, double[][][] picture) {
        throw new UnsupportedOperationException("exercise 22: splice, and run the language model");
    }

    /** The loss of an answer to a question about a picture: equation 3 of the paper. */
    public double loss(String question, String answer, double[][][] picture) {
        throw new UnsupportedOperationException("exercise 22: score the words of the answer");
    }

    /** The answer to a question about a picture: always the likeliest word, up to {@code </s>}. */
    public String answer(String question, double[][][] picture) {
        throw new UnsupportedOperationException("exercise 22: let it speak");
    }

    // What no exercise has asked for, and the arithmetic on whole matrices.

    /** x W + b with the weights of this name; the bias is left out where the model has none. */
    private double[][] linear(String name, double[][] x) {
        double[][] w = model.matrix(name + ".weight");
        return ProjectorGradient.project(x, w, model.has(name + ".bias") ? model.vector(name + ".bias") : new double[w.length]);
    }

    private double[][] rmsNorm(String name, double[][] x) {
        double[] gain = model.vector(name + ".weight");
        return Arrays.stream(x).map(row -> RmsNorm.rmsNorm(row, gain, TinyModel.EPS)).toArray(double[][]::new);
    }

    private double[][] layerNorm(String name, double[][] x) {
        double[] gain = model.vector(name + ".weight");
        double[] bias = model.vector(name + ".bias");
        double[][] y = new double[x.length][gain.length];
        for (int t = 0; t < x.length; t++) {
            double mean = Arrays.stream(x[t]).average().orElseThrow();
            double variance = Arrays.stream(x[t]).map(a -> (a - mean) * (a - mean)).average().orElseThrow();
            for (int i = 0; i < gain.length; i++) {
                y[t][i] = gain[i] * (x[t][i] - mean) / Math.sqrt(variance + TinyModel.EPS) + bias[i];
            }
        }
        return y;
    }

    private static double[][] quickGelu(double[][] x) {
        return each(x, a -> a / (1 + Math.exp(-1.702 * a)));
    }

    private static double[][] silu(double[][] x) {
        return each(x, a -> a / (1 + Math.exp(-a)));
    }

    private static double[][] each(double[][] x, DoubleUnaryOperator f) {
        return Arrays.stream(x).map(row -> Arrays.stream(row).map(f).toArray()).toArray(double[][]::new);
    }

    private static double[][] sum(double[][] a, double[][] b) {
        double[][] sum = new double[a.length][a[0].length];
        for (int t = 0; t < a.length; t++) {
            for (int i = 0; i < a[t].length; i++) {
                sum[t][i] = a[t][i] + b[t][i];
            }
        }
        return sum;
    }

    private static double[][] product(double[][] a, double[][] b) {
        double[][] product = new double[a.length][a[0].length];
        for (int t = 0; t < a.length; t++) {
            for (int i = 0; i < a[t].length; i++) {
                product[t][i] = a[t][i] * b[t][i];
            }
        }
        return product;
    }
}
