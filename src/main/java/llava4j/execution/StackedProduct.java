package llava4j.execution;

import java.util.function.IntConsumer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;

/**
 * Products of two stacks of matrices, each a call of OpenBLAS: what attention's heads are multiplied by.
 *
 * <p>Where a head is 48 tokens of 32 features, ND4J takes half as long again for their gradients; of large heads it
 * makes no difference. Where operations may be split among cores, each core takes whole matrices.
 */
final class StackedProduct extends Step {

    private final Step general;
    private final boolean transposeFirst;
    private final boolean transposeSecond;

    private StackedProduct(Step general) {
        super(general.operation, general.inputs, general.outputs, general.types, true);
        this.general = general;
        this.transposeFirst = transposes()[0] == 1;
        this.transposeSecond = transposes()[1] == 1;
    }

    /** The step with its short cut, if it is a product in float32; one of two matrices goes the step's own way. */
    static Step of(Step step) {
        return step.isPlainProduct() ? new StackedProduct(step) : step;
    }

    private boolean stacked(Slots slots) {
        INDArray a = slots.get(inputs[0]);
        INDArray b = slots.get(inputs[1]);
        return a.rank() > 2 && a.rank() == b.rank() && FewNumbers.plain(a) && FewNumbers.plain(b);
    }

    /** Each core multiplies matrices of its own, in one thread. */
    @Override
    boolean inOneThread(Slots slots) {
        return stacked(slots) || general.inOneThread(slots);
    }

    @Override
    void run(Slots slots) {
        if (!stacked(slots)) {
            general.run(slots);
            return;
        }
        INDArray a = slots.get(inputs[0]);                                     // [.., N, K]
        INDArray b = slots.get(inputs[1]);                                     // [.., K, M]
        int rows = (int) a.size(transposeFirst ? -1 : -2);
        int inner = (int) a.size(transposeFirst ? -2 : -1);
        int columns = (int) b.size(transposeSecond ? -2 : -1);
        long[] shape = a.shape().clone();
        shape[shape.length - 2] = rows;
        shape[shape.length - 1] = columns;
        INDArray c = slots.allocate(outputs[0], LongShapeDescriptor.fromShape(shape, DataType.FLOAT));
        int matrices = (int) (c.length() / ((long) rows * columns));
        IntConsumer multiply = matrix -> {
            FloatPointer first = OneRowProduct.floats(a, (long) matrix * rows * inner);
            FloatPointer second = OneRowProduct.floats(b, (long) matrix * inner * columns);
            FloatPointer product = OneRowProduct.floats(c, (long) matrix * rows * columns);
            openblas_nolapack.cblas_sgemm(openblas_nolapack.CblasRowMajor, flag(transposeFirst), flag(transposeSecond), rows,
                    columns, inner, 1, first, transposeFirst ? rows : inner, second, transposeSecond ? inner : columns, 0, product,
                    columns);
        };
        if (Threads.now() > 1) {
            Crew.share(matrices, multiply);
        } else {
            for (int matrix = 0; matrix < matrices; matrix++) {
                multiply.accept(matrix);
            }
        }
    }

    private static int flag(boolean transposed) {
        return transposed ? openblas_nolapack.CblasTrans : openblas_nolapack.CblasNoTrans;
    }
}
