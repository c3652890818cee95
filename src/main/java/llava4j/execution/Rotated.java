package llava4j.execution;

import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * x ∘ C + (x R) ∘ S in one pass, R the half turn (x₁, x₂) R = (−x₂, x₁): queries and keys turned by their positions. Its gradient is
 * g ∘ C + (g ∘ S) Rᵀ.
 *
 * <p>A half turn moves numbers and changes signs; as a matrix product it reads best, but costs as much as any product of its size.
 */
final class Rotated extends Step {

    private final boolean backward;
    private final int headSize;

    /**
     * @param of       the last of the operations
     * @param inputs   slots of x or g, of C and of S, each [B, H, T, d]
     * @param headSize d
     * @param backward whether it is the gradient
     */
    Rotated(Step of, int[] inputs, int headSize, boolean backward) {
        super(of.operation, inputs, of.outputs, of.types, true);
        this.headSize = headSize;
        this.backward = backward;
    }

    @Override
    String name() {
        return backward ? "rotary_bp" : "rotary";
    }

    @Override
    void run(Slots slots) {
        slots.requireOneShape(inputs);
        INDArray x = slots.inOrder(inputs[0]);
        FloatBuffer from = slots.read(inputs[0]);
        FloatBuffer cosines = slots.read(inputs[1]);
        FloatBuffer sines = slots.read(inputs[2]);
        FloatBuffer to = slots.write(outputs[0], x.shape());
        int heads = (int) (x.length() / headSize);
        int atOnce = Math.max(1, Exponential.PIECE / headSize);
        Crew.rows(heads, x.length(), (begin, end) -> {
            int most = Math.min(end - begin, atOnce) * headSize;
            float[] some = new float[most];
            float[] cosine = new float[most];
            float[] sine = new float[most];
            float[] turned = new float[most];
            float[] signs = signs(most);
            for (int next = begin; next < end; next += atOnce) {
                int start = next * headSize;
                int length = Math.min(atOnce, end - next) * headSize;
                from.get(start, some, 0, length);
                cosines.get(start, cosine, 0, length);
                sines.get(start, sine, 0, length);
                if (backward) {
                    multiply(sine, some, length);
                    swapHalves(sine, turned, length);
                    sum(some, cosine, turned, signs, length);
                } else {
                    swapHalves(some, turned, length);
                    sum(some, cosine, turned, sine, signs, length);
                }
                to.put(start, some, 0, length);
            }
        });
    }

    private static void multiply(float[] numbers, float[] by, int length) {
        for (int i = 0; i < length; i++) {
            numbers[i] *= by[i];
        }
    }

    /** −1 and 1 in the halves of each head: of (x₁, x₂) R = (−x₂, x₁), or of its transpose, (x₂, −x₁). */
    private float[] signs(int length) {
        float[] signs = new float[length];
        for (int i = 0; i < length; i++) {
            signs[i] = i % headSize < headSize / 2 == backward ? 1 : -1;
        }
        return signs;
    }

    private void swapHalves(float[] numbers, float[] to, int length) {
        int half = headSize / 2;
        for (int first = 0; first < length; first += headSize) {
            System.arraycopy(numbers, first + half, to, first, half);
            System.arraycopy(numbers, first, to, first + half, half);
        }
    }

    private static void sum(float[] x, float[] cosine, float[] turned, float[] sine, float[] signs, int length) {
        for (int i = 0; i < length; i++) {
            x[i] = x[i] * cosine[i] + turned[i] * signs[i] * sine[i];
        }
    }

    private static void sum(float[] g, float[] cosine, float[] turned, float[] signs, int length) {
        for (int i = 0; i < length; i++) {
            g[i] = g[i] * cosine[i] + turned[i] * signs[i];
        }
    }
}
