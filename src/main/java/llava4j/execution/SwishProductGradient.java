package llava4j.execution;

import java.nio.FloatBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;

/**
 * The gradient of y = silu(a) ∘ b in one pass, with σ = 1 / (1 + e^−a): da = g ∘ b ∘ σ (1 + a (1 − σ)), db = g ∘ a σ.
 *
 * <p>Both need the same σ, and neither needs silu(a) from the forward pass. As in {@link Sigmoid}, 1 − σ is e^−a σ.
 */
final class SwishProductGradient extends Step {

    /**
     * @param of      the last of the operations
     * @param inputs  slots of a, b and g, of one shape
     * @param outputs slots of da and db
     */
    SwishProductGradient(Step of, int[] inputs, int[] outputs) {
        super(of.operation, inputs, outputs, of.types, true);
    }

    @Override
    String name() {
        return "swish_multiply_bp";
    }

    @Override
    void run(Slots slots) {
        SwishProduct.requireOneShape(slots, inputs);
        INDArray a = slots.inOrder(inputs[0]);
        FloatBuffer gates = a.data().asNioFloat();
        FloatBuffer values = slots.inOrder(inputs[1]).data().asNioFloat();
        FloatBuffer gradients = slots.inOrder(inputs[2]).data().asNioFloat();
        LongShapeDescriptor shape = LongShapeDescriptor.fromShape(a.shape(), DataType.FLOAT);
        FloatBuffer ofGates = slots.allocate(outputs[0], shape).data().asNioFloat();
        FloatBuffer ofValues = slots.allocate(outputs[1], shape).data().asNioFloat();
        int most = (int) Math.min(a.length(), Exponential.PIECE);
        float[] gate = new float[most];
        float[] value = new float[most];
        float[] gradient = new float[most];
        float[] power = new float[most];
        Exponential.lend(exponential -> {
            for (int start = 0; start < a.length(); start += most) {
                int length = (int) Math.min(most, a.length() - start);
                gates.get(start, gate, 0, length);
                values.get(start, value, 0, length);
                gradients.get(start, gradient, 0, length);
                SwishProduct.negative(gate, power, length);
                exponential.of(power, 0, length);
                gradients(gate, value, gradient, power, length);
                ofGates.put(start, value, 0, length);
                ofValues.put(start, gradient, 0, length);
            }
        });
    }

    /**
     * @param b     da in the end
     * @param g     db in the end
     * @param power e^−a
     */
    private static void gradients(float[] a, float[] b, float[] g, float[] power, int length) {
        for (int i = 0; i < length; i++) {
            float sigma = 1f / (1f + power[i]);
            b[i] = g[i] * b[i] * (sigma * (1f + a[i] * (power[i] * sigma)));
            g[i] *= a[i] * sigma;
        }
    }
}
