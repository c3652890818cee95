package llava4j.execution;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;

/** y = silu(a) ∘ b in one pass, silu(a) = a / (1 + e^−a): the gate of SwiGLU, whose two factors are then forgotten. */
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
        INDArray a = FewNumbers.inOrder(slots.get(inputs[0]));
        if (!Arrays.equals(a.shape(), slots.get(inputs[1]).shape())) {
            throw new IllegalArgumentException("gate " + a.shapeInfoToString() + " and value "
                    + slots.get(inputs[1]).shapeInfoToString() + " have two shapes");
        }
        FloatBuffer gates = a.data().asNioFloat();
        FloatBuffer values = FewNumbers.inOrder(slots.get(inputs[1])).data().asNioFloat();
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
