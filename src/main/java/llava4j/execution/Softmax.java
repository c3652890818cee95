package llava4j.execution;

import java.nio.FloatBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;

/**
 * softmax(x) over the last dimension, e^{x − max} / Σ e^{x − max}, many short rows at a time.
 *
 * <p>ND4J hands it to oneDNN, which prepares each call for a tenth of a millisecond: the few hundred scores of one more token take
 * less than a tenth of that.
 */
final class Softmax extends Step {

    private Softmax(Step general) {
        super(general.operation, general.inputs, general.outputs, general.types, true);
    }

    /** The step with its short cut, if it is over the last dimension and in float32. */
    static Step of(Step step) {
        return step.types[0] == DataType.FLOAT && overLast(step) ? new Softmax(step) : step;
    }

    /** Whether a softmax, or its gradient, is over the last dimension. */
    static boolean overLast(Step step) {
        return step.operation instanceof DynamicCustomOp custom && custom.iArgs().length == 1 && custom.iArgs()[0] == -1;
    }

    @Override
    void run(Slots slots) {
        INDArray x = slots.inOrder(inputs[0]);
        FloatBuffer from = slots.read(inputs[0]);
        FloatBuffer to = slots.write(outputs[0], x.shape());
        int row = (int) x.size(-1);
        int atOnce = Math.max(1, Exponential.PIECE / row);
        Crew.rows((int) (x.length() / row), x.length(), (begin, end) -> Exponential.lend(exponential -> {
            float[] some = new float[Math.min(end - begin, atOnce) * row];
            for (int next = begin; next < end; next += atOnce) {
                int length = Math.min(atOnce, end - next) * row;
                from.get(next * row, some, 0, length);
                for (int first = 0; first < length; first += row) {
                    lower(some, first, row);
                }
                exponential.of(some, 0, length);
                for (int first = 0; first < length; first += row) {
                    divide(some, first, row, sum(some, first, row));
                }
                to.put(next * row, some, 0, length);
            }
        }));
    }

    /** Takes a row's largest number off all of its numbers. */
    static void lower(float[] numbers, int first, int length) {
        float largest = Float.NEGATIVE_INFINITY;
        for (int i = first; i < first + length; i++) {
            if (numbers[i] > largest) {              // not Math.max, which also looks for NaN and -0
                largest = numbers[i];
            }
        }
        for (int i = first; i < first + length; i++) {
            numbers[i] -= largest;
        }
    }

    static void divide(float[] numbers, int first, int length, float by) {
        float inverse = 1 / by;
        for (int i = first; i < first + length; i++) {
            numbers[i] *= inverse;
        }
    }

    /** Eight sums side by side: one alone would wait for each addition to end before the next begins. */
    static float sum(float[] numbers, int first, int length) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        float e = 0;
        float f = 0;
        float g = 0;
        float h = 0;
        int i = first;
        for (; i <= first + length - 8; i += 8) {
            a += numbers[i];
            b += numbers[i + 1];
            c += numbers[i + 2];
            d += numbers[i + 3];
            e += numbers[i + 4];
            f += numbers[i + 5];
            g += numbers[i + 6];
            h += numbers[i + 7];
        }
        for (; i < first + length; i++) {
            a += numbers[i];
        }
        return ((a + b) + (c + d)) + ((e + f) + (g + h));
    }
}
