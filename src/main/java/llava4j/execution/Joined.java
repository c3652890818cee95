package llava4j.execution;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;

/**
 * Arrays joined into one, as the cache's keys and those of one more token are: long runs of numbers, copied as they are.
 *
 * <p>ND4J hands the same to oneDNN, which prepares every call anew for twice as long as the copying takes.
 */
final class Joined extends Step {

    /** Runs of numbers: where each is short, ND4J's threads are quicker. */
    private static final int MOST_RUNS = 256;

    private final Step general;
    private final int axis;

    private Joined(Step general, int axis) {
        super(general.operation, general.inputs, general.outputs, general.types, true);
        this.general = general;
        this.axis = axis;
    }

    /** The step with its short cut, if its axis is known. */
    static Step of(Step step) {
        return step.operation instanceof DynamicCustomOp join && join.iArgs().length == 1 && join.iArgs()[0] >= 0
                && step.types[0] == DataType.FLOAT ? new Joined(step, (int) join.iArgs()[0]) : step;
    }

    @Override
    void run(Slots slots) {
        INDArray[] parts = Arrays.stream(inputs).mapToObj(slots::get).toArray(INDArray[]::new);
        long[] shape = parts[0].shape().clone();
        if (axis >= shape.length || !Arrays.stream(parts).allMatch(part -> FewNumbers.plain(part) && part.rank() == shape.length)) {
            general.run(slots);
            return;
        }
        long runs = Arrays.stream(shape, 0, axis).reduce(1, (a, b) -> a * b);
        if (runs * parts.length > MOST_RUNS) {
            general.run(slots);
            return;
        }
        shape[axis] = Arrays.stream(parts).mapToLong(part -> part.size(axis)).sum();
        INDArray joined = slots.allocate(outputs[0], shape);
        long begin = 0;
        for (INDArray part : parts) {
            Copied.into(joined, part, axis, begin);
            begin += part.size(axis);
        }
    }
}
