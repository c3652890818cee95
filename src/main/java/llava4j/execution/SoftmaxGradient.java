package llava4j.execution;

import java.nio.FloatBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;

/**
 * The gradient of p = softmax(x) over the last dimension, dx = p ∘ (g − Σ p ∘ g), from the p of the forward pass.
 *
 * <p>ND4J's operation is given x and computes p a second time, one number at a time. With p at hand, which the gradient of the
 * product after it keeps anyway, x may be forgotten: that is a whole set of attention scores a layer.
 */
final class SoftmaxGradient extends Step {

    /** Sums that are added up side by side. */
    private static final int SIDE_BY_SIDE = 8;

    private SoftmaxGradient(Step general, int probabilities) {
        super(general.operation, new int[] {probabilities, general.inputs[1]}, general.outputs, general.types, true);
    }

    /**
     * The step with its short cut, if it is over the last dimension and in float32.
     *
     * @param softmax the step that computed p, or {@code null}
     */
    static Step of(Step step, Step softmax) {
        return softmax != null && step.types[0] == DataType.FLOAT && overLast(step) && overLast(softmax)
                ? new SoftmaxGradient(step, softmax.outputs[0]) : step;
    }

    private static boolean overLast(Step step) {
        return step.operation instanceof DynamicCustomOp custom && custom.iArgs().length == 1 && custom.iArgs()[0] == -1;
    }

    @Override
    void run(Slots slots) {
        INDArray p = plain(slots.get(inputs[0]));
        INDArray g = plain(slots.get(inputs[1]));
        FloatBuffer probabilities = p.data().asNioFloat();
        FloatBuffer gradient = g.data().asNioFloat();
        FloatBuffer to = slots.allocate(outputs[0], LongShapeDescriptor.fromShape(p.shape(), DataType.FLOAT)).data().asNioFloat();
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
            float mean = sum(product);
            for (int i = 0; i < row; i++) {
                product[i] = ofRow[i] * (above[i] - mean);
            }
            to.position((int) start).put(product);
        }
    }

    private static INDArray plain(INDArray array) {
        return FewNumbers.plain(array) ? array : array.dup('c');
    }

    /** Eight sums at a time: one alone would wait for each addition to end before the next begins. */
    static float sum(float[] numbers) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        float e = 0;
        float f = 0;
        float g = 0;
        float h = 0;
        int i = 0;
        for (; i <= numbers.length - SIDE_BY_SIDE; i += SIDE_BY_SIDE) {
            a += numbers[i];
            b += numbers[i + 1];
            c += numbers[i + 2];
            d += numbers[i + 3];
            e += numbers[i + 4];
            f += numbers[i + 5];
            g += numbers[i + 6];
            h += numbers[i + 7];
        }
        for (; i < numbers.length; i++) {
            a += numbers[i];
        }
        return ((a + b) + (c + d)) + ((e + f) + (g + h));
    }
}
