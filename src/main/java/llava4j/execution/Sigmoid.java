package llava4j.execution;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;

/**
 * x·σ(x) of whole arrays, and its derivative σ(x) (1 + x (1 − σ(x))), in loops that Java's compiler turns into vector
 * instructions. ND4J computes both one number at a time, and a gated layer has as many of them as anything else.
 *
 * <p>σ(x) = ½ + ½ tanh(x/2), and tanh(h) is h P(h²) / Q(h²) with polynomials of degree four, fitted for this to |h| ≤ 8.5 with a
 * relative error of 1.2e-8; beyond, float32 knows no difference from ±1. What is computed in float32 is within 4e-7 of σ, and
 * SigmoidTest holds it to that. What one would get wrong: one loop for all. The compiler unrolls short loops alone, and what it
 * does not unroll it does not turn into vector instructions.
 */
final class Sigmoid extends Step {

    /** Numbers that are worked on at a time: they stay in the processor's nearest memory. */
    private static final int PIECE = 2048;
    private static final float LARGEST = 8.5f;

    private final Step general;
    private final boolean derivative;
    private LongShapeDescriptor shape = LongShapeDescriptor.fromShape(new long[] {0}, DataType.FLOAT);

    private Sigmoid(Step general) {
        super(general.operation, general.inputs, general.outputs, general.types, true);
        this.general = general;
        this.derivative = name().equals("_swishderivative");
    }

    /** The step with its short cut, if its result is in float32. */
    static Step of(Step step) {
        return step.types.length == 1 && step.types[0] == DataType.FLOAT && step.inputs.length == 1 ? new Sigmoid(step) : step;
    }

    @Override
    void run(Slots slots) {
        INDArray x = slots.get(inputs[0]);
        if (!FewNumbers.plain(x)) {
            general.run(slots);
            return;
        }
        if (!Arrays.equals(shape.getShape(), x.shape())) {
            shape = LongShapeDescriptor.fromShape(x.shape(), DataType.FLOAT);
        }
        FloatBuffer from = x.data().asNioFloat();
        FloatBuffer to = slots.allocate(outputs[0], shape).data().asNioFloat();
        float[] piece = new float[PIECE];
        float[] sigma = new float[PIECE];
        long count = x.length();
        for (long start = 0; start < count; start += PIECE) {
            int length = (int) Math.min(PIECE, count - start);
            from.position((int) start);
            from.get(piece, 0, length);
            sigma(piece, sigma, length);
            if (derivative) {
                derivative(piece, sigma, length);
            } else {
                product(piece, sigma, length);
            }
            to.position((int) start);
            to.put(sigma, 0, length);
        }
    }

    /** σ(x) of each number. */
    static void sigma(float[] x, float[] sigma, int length) {
        for (int i = 0; i < length; i++) {
            float h = Math.max(-LARGEST, Math.min(LARGEST, 0.5f * x[i]));
            float u = h * h;
            float p = (((1.4269183e-8f * u + 2.1251013e-5f) * u + 3.534025e-3f) * u + 0.13413246f) * u + 1f;
            float q = (((8.145105e-7f * u + 3.3488616e-4f) * u + 0.026022743f) * u + 0.46746567f) * u + 1f;
            sigma[i] = 0.5f + 0.5f * (h * p / q);
        }
    }

    private static void product(float[] x, float[] sigma, int length) {
        for (int i = 0; i < length; i++) {
            sigma[i] *= x[i];
        }
    }

    private static void derivative(float[] x, float[] sigma, int length) {
        for (int i = 0; i < length; i++) {
            sigma[i] *= 1f + x[i] * (1f - sigma[i]);
        }
    }
}
