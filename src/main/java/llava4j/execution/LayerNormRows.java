package llava4j.execution;

import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * y = (x − μ) (r γ) + β, r = 1 / √(σ² + ε), row after row: what {@code LayerNorm} writes as nine operations, in a frozen encoder.
 */
final class LayerNormRows extends Step {

    private final float epsilon;

    /**
     * @param of      the last of the operations
     * @param inputs  slots of x [N, D], γ [1, D] and β [D]
     * @param epsilon ε
     */
    LayerNormRows(Step of, int[] inputs, float epsilon) {
        super(of.operation, inputs, of.outputs, of.types, true);
        this.epsilon = epsilon;
    }

    @Override
    String name() {
        return "layer_norm";
    }

    @Override
    void run(Slots slots) {
        INDArray x = slots.inOrder(inputs[0]);
        int width = (int) x.size(1);
        float[] gamma = new float[width];
        slots.read(inputs[1]).get(gamma);
        float[] beta = new float[width];
        slots.read(inputs[2]).get(beta);
        FloatBuffer from = slots.read(inputs[0]);
        FloatBuffer to = slots.write(outputs[0], x.shape());
        Crew.rows((int) x.size(0), x.length(), (begin, end) -> {
            float[] row = new float[width];
            float[] square = new float[width];
            for (int n = begin; n < end; n++) {
                from.get(n * width, row);
                lower(row, Softmax.sum(row, 0, width) / width);
                RmsNormRows.square(row, square);
                float root = (float) (1 / Math.sqrt(Softmax.sum(square, 0, width) / width + epsilon));
                normalise(row, root, gamma, beta);
                to.put(n * width, row);
            }
        });
    }

    private static void lower(float[] row, float mean) {
        for (int i = 0; i < row.length; i++) {
            row[i] -= mean;
        }
    }

    private static void normalise(float[] row, float root, float[] gamma, float[] beta) {
        for (int i = 0; i < row.length; i++) {
            row[i] = row[i] * (root * gamma[i]) + beta[i];
        }
    }
}
