package llava4j.execution;

import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** y = silu(a) ∘ b in one pass, silu(a) = a / (1 + e^−a): the gate of SwiGLU. silu(a) itself is not kept. */
final class SwishProduct extends Step {

    /**
     * @param of     the last of the operations
     * @param inputs slots of a and b, of one shape
     */
    SwishProduct(Step of, int[] inputs) {
        super(of.operation, inputs, of.outputs, of.types, true);
    }

    @Override
    String name() {
        return "swish_multiply";
    }

    @Override
    void run(Slots slots) {
        slots.requireOneShape(inputs);
        INDArray a = slots.inOrder(inputs[0]);
        FloatBuffer gates = slots.read(inputs[0]);
        FloatBuffer values = slots.read(inputs[1]);
        FloatBuffer to = slots.write(outputs[0], a.shape());
        Exponential.inPieces(a.length(), exponential -> {
            float[] gate = new float[Exponential.PIECE];
            float[] value = new float[Exponential.PIECE];
            float[] power = new float[Exponential.PIECE];
            return (start, length) -> {
                gates.get(start, gate, 0, length);
                values.get(start, value, 0, length);
                negative(gate, power, length);
                exponential.of(power, 0, length);
                product(gate, power, value, length);
                to.put(start, value, 0, length);
            };
        });
    }

    static void negative(float[] numbers, float[] to, int length) {
        for (int i = 0; i < length; i++) {
            to[i] = -numbers[i];
        }
    }

    /** @param power e^−a */
    private static void product(float[] a, float[] power, float[] b, int length) {
        for (int i = 0; i < length; i++) {
            b[i] *= a[i] / (1f + power[i]);
        }
    }
}
