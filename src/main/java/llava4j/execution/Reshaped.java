package llava4j.execution;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;

/**
 * The same numbers in another shape: no number is moved, and the shape is worked out here.
 *
 * <p>A gradient is brought into the shape that an array had in the forward pass. SameDiff asks for that shape in an operation of its
 * own and then has ND4J work out the result's from it: sixty calls a training step of the tiny model, for what stands in an object.
 */
final class Reshaped extends Step {

    /** Stands before the sizes where the numbers are in the usual order. */
    private static final long ROW_BY_ROW = -99;

    private final boolean alike;

    private Reshaped(Step general, int[] inputs, boolean alike) {
        super(general.operation, inputs, general.outputs, general.types, true);
        this.alike = alike;
    }

    /**
     * The step with its short cut.
     *
     * @param like the slot whose shape the result takes, or {@code null} if it is not another's
     */
    static Step of(Step step, Integer like) {
        if (like != null) {
            return new Reshaped(step, new int[] {step.inputs[0], like}, true);
        }
        long[] sizes = ((DynamicCustomOp) step.operation).iArgs();
        return step.inputs.length == 2 || sizes.length > 1 && sizes[0] == ROW_BY_ROW ? new Reshaped(step, step.inputs, false) : step;
    }

    @Override
    boolean readsNumbers(int input) {
        return input == 0 || !alike;
    }

    @Override
    boolean inOneThread(Slots slots) {
        return true;
    }

    @Override
    void run(Slots slots) {
        INDArray x = slots.get(inputs[0]);
        LongShapeDescriptor shape = LongShapeDescriptor.fromShape(alike ? slots.get(inputs[1]).shape() : sizes(x, slots), types[0]);
        if (slots.canShare(inputs[0])) {
            slots.share(outputs[0], inputs[0], shape);
        } else {
            slots.allocate(outputs[0], shape).assign(x.reshape('c', shape.getShape()));
        }
    }

    private long[] sizes(INDArray x, Slots slots) {
        long[] given = inputs.length == 1 ? ((DynamicCustomOp) operation).iArgs() : null;
        INDArray asked = given == null ? slots.get(inputs[1]) : null;
        long[] sizes = given == null ? LongStream.range(0, asked.length()).map(asked::getLong).toArray()
                : Arrays.copyOfRange(given, 1, given.length);
        long known = Arrays.stream(sizes).filter(size -> size >= 0).reduce(1, Math::multiplyExact);
        return Arrays.stream(sizes).map(size -> size < 0 ? x.length() / known : size).toArray();
    }
}
