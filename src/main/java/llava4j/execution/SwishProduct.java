package llava4j.execution;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;

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
        requireOneShape(slots, inputs);
        INDArray a = slots.inOrder(inputs[0]);
        FloatBuffer gates = a.data().asNioFloat();
        FloatBuffer values = slots.inOrder(inputs[1]).data().asNioFloat();
        FloatBuffer to = slots.allocate(outputs[0], LongShapeDescriptor.fromShape(a.shape(), DataType.FLOAT)).data().asNioFloat();
        int pieces = (int) ((a.length() + Exponential.PIECE - 1) / Exponential.PIECE);
        Crew.rows(pieces, a.length(), (begin, end) -> Exponential.lend(exponential -> {
            float[] gate = new float[Exponential.PIECE];
            float[] value = new float[Exponential.PIECE];
            float[] power = new float[Exponential.PIECE];
            for (int start = begin * Exponential.PIECE; start < Math.min(a.length(), end * Exponential.PIECE);
                    start += Exponential.PIECE) {
                int length = (int) Math.min(Exponential.PIECE, a.length() - start);
                gates.get(start, gate, 0, length);
                values.get(start, value, 0, length);
                negative(gate, power, length);
                exponential.of(power, 0, length);
                product(gate, power, value, length);
                to.put(start, value, 0, length);
            }
        }));
    }

    /** Nothing is broadcast here: a graph that does is a mistake, and is told. */
    static void requireOneShape(Slots slots, int[] inputs) {
        for (int input : inputs) {
            if (!Arrays.equals(slots.get(input).shape(), slots.get(inputs[0]).shape())) {
                throw new IllegalArgumentException("two shapes where one is needed: " + Arrays.toString(slots.get(inputs[0]).shape())
                        + " and " + Arrays.toString(slots.get(input).shape()));
            }
        }
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
