package llava4j.execution;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The gradient of y = x r γ with r = 1 / √(mean(x²) + ε), row after row: dx = r (γ g) − x r³ mean(γ g x), dγ = Σ g x r over all rows.
 *
 * <p>What x gets from elsewhere, the residual stream, is added on the way. What one would get wrong: r depends on all of x.
 */
final class RmsNormRowsGradient extends Step {

    /** Rows whose sum is taken in float32: a sum of thousands would lose its last digits. */
    private static final int ROWS = 32;

    /**
     * @param of      the last of the operations
     * @param inputs  slots of x [N, D], r [N, 1], γ [1, D], g [N, D], and perhaps of another gradient of x
     * @param outputs slots of dx, and of dγ if it is wanted
     */
    RmsNormRowsGradient(Step of, int[] inputs, int[] outputs) {
        super(of.operation, inputs, outputs, of.types, true);
    }

    @Override
    String name() {
        return "rms_norm_bp";
    }

    @Override
    void run(Slots slots) {
        INDArray x = slots.inOrder(inputs[0]);
        int width = (int) x.size(1);
        int rows = (int) x.size(0);
        FloatBuffer from = slots.read(inputs[0]);
        FloatBuffer roots = slots.read(inputs[1]);
        float[] gamma = new float[width];
        slots.read(inputs[2]).get(gamma);
        FloatBuffer gradients = slots.read(inputs[3]);
        FloatBuffer others = inputs.length < 5 ? null : slots.read(inputs[4]);
        FloatBuffer to = slots.write(outputs[0], x.shape());
        float[] row = new float[width];
        float[] above = new float[width];
        float[] other = new float[width];
        float[] product = new float[width];
        float[] someRows = new float[width];
        double[] ofGamma = new double[width];
        for (int n = 0; n < rows; n++) {
            from.position(n * width).get(row);
            gradients.position(n * width).get(above);
            float root = roots.get(n);
            if (outputs.length > 1) {
                addProduct(someRows, row, above, root);
                if (n % ROWS == ROWS - 1 || n == rows - 1) {
                    empty(someRows, ofGamma);
                }
            }
            if (others != null) {
                others.position(n * width).get(other);
            }
            gradient(row, above, gamma, root, product, other);
            to.position(n * width).put(other);
            if (others == null) {
                Arrays.fill(other, 0);
            }
        }
        if (outputs.length > 1) {
            FloatBuffer sum = slots.write(outputs[1], 1, width);
            for (int i = 0; i < width; i++) {
                sum.put(i, (float) ofGamma[i]);
            }
        }
    }

    /** Adds a row's dx to {@code to}. */
    private static void gradient(float[] x, float[] g, float[] gamma, float root, float[] product, float[] to) {
        for (int i = 0; i < x.length; i++) {
            g[i] *= gamma[i];
        }
        for (int i = 0; i < x.length; i++) {
            product[i] = g[i] * x[i];
        }
        float shrinking = root * root * root * (Softmax.sum(product, 0, x.length) / x.length);
        for (int i = 0; i < x.length; i++) {
            to[i] += root * g[i] - shrinking * x[i];
        }
    }

    private static void addProduct(float[] sum, float[] x, float[] g, float root) {
        for (int i = 0; i < x.length; i++) {
            sum[i] += g[i] * (x[i] * root);
        }
    }

    private static void empty(float[] some, double[] into) {
        for (int i = 0; i < some.length; i++) {
            into[i] += some[i];
        }
        Arrays.fill(some, 0);
    }
}
