package llava4j.execution;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;

/**
 * Dimensions in another order, copied in runs: a head's features of a token, a row of a patch's pixels.
 *
 * <p>ND4J works out where each single number goes. Of a batch of the tiny model's heads that takes two to three times as long.
 */
final class Permuted extends Step {

    /** Numbers that lie together, from which on runs are worth it. */
    private static final int WORTH_A_RUN = 8;

    private final Step general;

    private Permuted(Step general) {
        super(general.operation, general.inputs, general.outputs, general.types, true);
        this.general = general;
    }

    /** The step with its short cut, if its order is known beforehand. */
    static Step of(Step step) {
        return step.inputs.length == 1 && step.types[0] == DataType.FLOAT && step.operation instanceof DynamicCustomOp custom
                && custom.iArgs().length > 1 ? new Permuted(step) : step;
    }

    @Override
    void run(Slots slots) {
        INDArray x = slots.get(inputs[0]);
        long[] order = ((DynamicCustomOp) operation).iArgs();
        int moved = order.length;                                     // dimensions before those that stay the last ones
        int run = 1;
        while (moved > 0 && order[moved - 1] == moved - 1) {
            run *= (int) x.size(--moved);
        }
        if (run < WORTH_A_RUN || !FewNumbers.plain(x)) {
            general.run(slots);
            return;
        }
        long[] shape = Arrays.stream(order).map(dimension -> x.size((int) dimension)).toArray();
        int[] strides = Arrays.stream(order, 0, moved).mapToInt(dimension -> (int) x.stride((int) dimension)).toArray();
        FloatBuffer to = slots.write(outputs[0], shape);
        copy(x.data().asNioFloat(), to, shape, strides, run);
    }

    /** @param strides of the dimensions that move, in their new order */
    private static void copy(FloatBuffer from, FloatBuffer to, long[] shape, int[] strides, int run) {
        int[] at = new int[strides.length];
        int source = 0;
        int length = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
        for (int target = 0; target < length; target += run) {
            to.put(target, from, source, run);
            for (int axis = at.length - 1; axis >= 0; axis--) {
                source += strides[axis];
                if (++at[axis] < shape[axis]) {
                    break;
                }
                source -= at[axis] * strides[axis];
                at[axis] = 0;
            }
        }
    }
}
