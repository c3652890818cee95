package llava4j.execution;

import java.util.Arrays;
import java.util.Set;
import org.bytedeco.javacpp.indexer.FloatIndexer;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.ScalarOp;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;

/**
 * An elementwise operation on the few numbers of a single token, computed here: a + b, a ∘ b, a + c, a · c.
 *
 * <p>A call into ND4J takes ten to twenty microseconds however little there is to do, the arithmetic on a token's features one;
 * and a token is six hundred such calls. IEEE 754 says what each sum and each product is, so the results are the same to the
 * last bit. What one would get wrong: to do the same with exponentials, or with sums of many numbers, whose last bits depend on
 * how they are computed.
 */
final class FewNumbers extends Step {

    /** From here on ND4J's vector instructions make good for the call. */
    private static final int FEW = 4096;

    private static final Set<String> OF_TWO = Set.of("add", "multiply");
    private static final Set<String> WITH_A_NUMBER = Set.of("add_scalar", "mul_scalar");

    private final Step general;
    private final boolean sum;
    private final float number;
    private LongShapeDescriptor shape = LongShapeDescriptor.fromShape(new long[] {0}, DataType.FLOAT);

    private FewNumbers(Step general, float number) {
        super(general.operation, general.inputs, general.outputs, general.types, true);
        this.general = general;
        this.sum = name().startsWith("add");
        this.number = number;
    }

    /** The step with its short cut, if it is one of these operations. */
    static Step of(Step step) {
        if (step.types.length != 1 || step.types[0] != DataType.FLOAT) {
            return step;
        }
        DifferentialFunction operation = step.operation;
        if (OF_TWO.contains(step.name()) && step.inputs.length == 2) {
            return new FewNumbers(step, 0);
        }
        return WITH_A_NUMBER.contains(step.name()) && operation instanceof ScalarOp scalar && step.inputs.length == 1
                ? new FewNumbers(step, scalar.scalar().getFloat(0)) : step;
    }

    @Override
    void run(Slots slots) {
        INDArray a = slots.get(inputs[0]);
        INDArray b = inputs.length > 1 ? slots.get(inputs[1]) : a;
        INDArray larger = a.length() > b.length() || a.length() == b.length() && a.rank() >= b.rank() ? a : b;
        INDArray smaller = larger == a ? b : a;
        if (larger.length() > FEW || !plain(a) || !plain(b) || !fit(larger, smaller)) {
            general.run(slots);
            return;
        }
        if (!Arrays.equals(shape.getShape(), larger.shape())) {
            shape = LongShapeDescriptor.fromShape(larger.shape(), DataType.FLOAT);
        }
        FloatIndexer to = numbers(slots.allocate(outputs[0], shape));
        if (inputs.length > 1) {
            compute(numbers(larger), numbers(smaller), smaller.length() == 1 ? 0 : 1, to, larger.length());
        } else {
            compute(numbers(a), to, a.length());
        }
    }

    private void compute(FloatIndexer a, FloatIndexer b, int step, FloatIndexer to, long count) {
        if (sum) {
            for (long i = 0; i < count; i++) {
                to.put(i, a.get(i) + b.get(i * step));
            }
        } else {
            for (long i = 0; i < count; i++) {
                to.put(i, a.get(i) * b.get(i * step));
            }
        }
    }

    private void compute(FloatIndexer a, FloatIndexer to, long count) {
        for (long i = 0; i < count; i++) {
            to.put(i, sum ? a.get(i) + number : a.get(i) * number);
        }
    }

    private static FloatIndexer numbers(INDArray array) {
        return (FloatIndexer) array.data().indexer();
    }

    /** In float32, one number after the other from the first of its memory on. */
    static boolean plain(INDArray array) {
        return array.dataType() == DataType.FLOAT && array.ordering() == 'c' && array.elementWiseStride() == 1
                && array.offset() == 0;
    }

    /** Whether the result has the larger one's shape: the other is a single number, or has its numbers in the same places. */
    private static boolean fit(INDArray larger, INDArray smaller) {
        if (smaller.rank() > larger.rank() || smaller.length() != 1 && smaller.length() != larger.length()) {
            return false;
        }
        for (int back = 1; smaller.length() > 1 && back <= smaller.rank(); back++) {
            if (smaller.size(-back) != larger.size(-back)) {
                return false;
            }
        }
        return true;
    }
}
