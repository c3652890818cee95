package llava4j.execution;

import java.nio.FloatBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The gradient of p = softmax(x) over the last dimension, dx = p ∘ (g − Σ p ∘ g), from the p of the forward pass.
 *
 * <p>ND4J's operation is given x and computes p a second time, one number at a time. With p at hand, which the gradient of the
 * product after it keeps anyway, x may be forgotten: that is a whole set of attention scores a layer.
 */
final class SoftmaxGradient extends Step {

    private SoftmaxGradient(Step general, int probabilities) {
        super(general.operation, new int[] {probabilities, general.inputs[1]}, general.outputs, general.types, true);
    }

    /**
     * The step with its short cut, if it is over the last dimension and in float32.
     *
     * @param softmax the step that computed p, or {@code null}
     */
    static Step of(Step step, Step softmax) {
        return softmax != null && step.types[0] == DataType.FLOAT && Softmax.overLast(step) && Softmax.overLast(softmax)
                ? new SoftmaxGradient(step, softmax.outputs[0]) : step;
    }

    @Override
    void run(Slots slots) {
        INDArray p = slots.inOrder(inputs[0]);
        FloatBuffer probabilities = slots.read(inputs[0]);
        FloatBuffer gradient = slots.read(inputs[1]);
        FloatBuffer to = slots.write(outputs[0], p.shape());
        int row = (int) p.size(-1);
        float[] ofRow = new float[row];
        float[] product = new float[row];
        float[] above = new float[row];
        for (long start = 0; start < p.length(); start += row) {
            probabilities.position((int) start).get(ofRow);
            gradient.position((int) start).get(above);
            for (int i = 0; i < row; i++) {
                product[i] = ofRow[i] * above[i];
            }
            float mean = Softmax.sum(product, 0, row);
            for (int i = 0; i < row; i++) {
                product[i] = ofRow[i] * (above[i] - mean);
            }
            to.position((int) start).put(product);
        }
    }
}
