package llava4j.execution;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/** y = x (r γ), r = 1 / √(mean(x²) + ε), row after row: what {@code RmsNorm} writes as six operations. */
final class RmsNormRows extends Step {

    private final float epsilon;
    private final int normed;
    private final int root;
    private final int gain;

    /**
     * @param of      the last of the operations
     * @param inputs  slots of x [N, D] and γ [1, D]
     * @param epsilon ε
     * @param outputs slots of y [N, D], and of r [N, 1] and r γ [N, D] or −1 for what nobody reads
     */
    RmsNormRows(Step of, int[] inputs, float epsilon, int[] outputs) {
        super(of.operation, inputs, Arrays.stream(outputs).filter(slot -> slot >= 0).toArray(), of.types, true);
        this.epsilon = epsilon;
        this.normed = outputs[0];
        this.root = outputs[1];
        this.gain = outputs[2];
    }

    @Override
    String name() {
        return "rms_norm";
    }

    @Override
    void run(Slots slots) {
        INDArray x = slots.inOrder(inputs[0]);
        int width = (int) x.size(1);
        int rows = (int) x.size(0);
        float[] gamma = new float[width];
        slots.read(inputs[1]).get(gamma);
        FloatBuffer from = slots.read(inputs[0]);
        FloatBuffer to = slots.write(normed, x.shape());
        FloatBuffer gains = gain < 0 ? null : slots.write(gain, x.shape());
        FloatBuffer roots = root < 0 ? null : slots.write(root, rows, 1);
        Crew.rows(rows, x.length(), (begin, end) -> {
            float[] row = new float[width];
            float[] other = new float[width];
            for (int n = begin; n < end; n++) {
                from.get(n * width, row);
                square(row, other);
                float inverse = (float) (1 / Math.sqrt(Softmax.sum(other, 0, width) / width + epsilon));
                scale(gamma, inverse, other);
                if (gains != null) {
                    gains.put(n * width, other);
                }
                if (roots != null) {
                    roots.put(n, inverse);
                }
                multiply(row, other);
                to.put(n * width, row);
            }
        });
    }

    // Short loops in methods of their own: Java's compiler unrolls these, and turns them into vector instructions

    static void square(float[] numbers, float[] to) {
        for (int i = 0; i < to.length; i++) {
            to[i] = numbers[i] * numbers[i];
        }
    }

    private static void multiply(float[] numbers, float[] by) {
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] *= by[i];
        }
    }

    private static void scale(float[] gamma, float by, float[] to) {
        for (int i = 0; i < gamma.length; i++) {
            to[i] = gamma[i] * by;
        }
    }
}
