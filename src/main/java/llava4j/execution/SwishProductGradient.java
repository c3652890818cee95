package llava4j.execution;

import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

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
        slots.requireOneShape(inputs);
        INDArray a = slots.inOrder(inputs[0]);
        FloatBuffer gates = slots.read(inputs[0]);
        FloatBuffer values = slots.read(inputs[1]);
        FloatBuffer gradients = slots.read(inputs[2]);
        FloatBuffer ofGates = slots.write(outputs[0], a.shape());
        FloatBuffer ofValues = slots.write(outputs[1], a.shape());
        Exponential.inPieces(a.length(), exponential -> {
            float[] gate = new float[Exponential.PIECE];
            float[] value = new float[Exponential.PIECE];
            float[] gradient = new float[Exponential.PIECE];
            float[] power = new float[Exponential.PIECE];
            return (start, length) -> {
                gates.get(start, gate, 0, length);
                values.get(start, value, 0, length);
                gradients.get(start, gradient, 0, length);
                SwishProduct.negative(gate, power, length);
                exponential.of(power, 0, length);
                gradients(gate, value, gradient, power, length);
                ofGates.put(start, value, 0, length);
                ofValues.put(start, gradient, 0, length);
            };
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
