package llava4j.execution;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Products of two matrices, or of two stacks of them, each a call of OpenBLAS.
 *
 * <p>ND4J calls the same function in the end, with the same bits. The way there takes nine microseconds a call, and ND4J does not
 * call it for each small matrix of a stack: of 24 tokens of 32 features it takes six times as long. Where operations may be split
 * among cores, each core takes whole matrices of a stack. What one would get wrong: to ask ND4J for the address of each matrix.
 * The address of the first is enough, and asking takes longer than to multiply.
 */
final class BlasProduct extends Step {

    /** Parts of a stack for each core: whoever is free takes the next. */
    private static final int PARTS_A_CORE = 4;

    private final Step general;
    private final boolean transposeFirst;
    private final boolean transposeSecond;

    private BlasProduct(Step general) {
        super(general.operation, general.inputs, general.outputs, general.types, true);
        this.general = general;
        this.transposeFirst = transposes()[0] == 1;
        this.transposeSecond = transposes()[1] == 1;
    }

    /** The step with its short cut, if it is a product in float32. */
    static Step of(Step step) {
        return step.isPlainProduct() ? new BlasProduct(step) : step;
    }

    private boolean fits(Slots slots) {
        INDArray a = slots.get(inputs[0]);
        INDArray b = slots.get(inputs[1]);
        return a.rank() > 1 && a.rank() == b.rank() && FewNumbers.plain(a) && FewNumbers.plain(b);
    }

    /** Of a stack each core multiplies matrices of its own, in one thread. */
    @Override
    boolean inOneThread(Slots slots) {
        return fits(slots) && slots.get(inputs[0]).rank() > 2 || general.inOneThread(slots);
    }

    @Override
    void run(Slots slots) {
        if (!fits(slots)) {
            general.run(slots);
            return;
        }
        INDArray a = slots.get(inputs[0]);                                     // [.., N, K]
        INDArray b = slots.get(inputs[1]);                                     // [.., K, M]
        INDArray c = slots.allocate(outputs[0], shape(a, b));                  // [.., N, M]
        Product product = new Product(a, b, c);
        int matrices = (int) (c.length() / product.length());
        int parts = Math.min(matrices, PARTS_A_CORE * Threads.now());
        if (matrices > 1 && Threads.now() > 1) {
            Crew.share(parts, part -> product.multiply(part * matrices / parts, (part + 1) * matrices / parts));
        } else {
            product.multiply(0, matrices);
        }
    }

    private long[] shape(INDArray a, INDArray b) {
        long[] shape = a.shape().clone();
        shape[shape.length - 2] = a.size(transposeFirst ? -1 : -2);
        shape[shape.length - 1] = b.size(transposeSecond ? -2 : -1);
        return shape;
    }

    /** The matrices of two stacks, and of the one that they make. */
    private final class Product {
        private final INDArray a;
        private final INDArray b;
        private final INDArray c;
        private final int rows;
        private final int inner;
        private final int columns;

        private Product(INDArray a, INDArray b, INDArray c) {
            this.a = a;
            this.b = b;
            this.c = c;
            this.rows = (int) c.size(-2);
            this.inner = (int) a.size(transposeFirst ? -2 : -1);
            this.columns = (int) c.size(-1);
        }

        /** Numbers of one result. */
        private long length() {
            return (long) rows * columns;
        }

        /** Multiplies the matrices {@code begin} to {@code end}. */
        private void multiply(int begin, int end) {
            FloatPointer first = OneRowProduct.floats(a, 0);
            FloatPointer second = OneRowProduct.floats(b, 0);
            FloatPointer result = OneRowProduct.floats(c, 0);
            for (long matrix = begin; matrix < end; matrix++) {
                openblas_nolapack.cblas_sgemm(openblas_nolapack.CblasRowMajor, flag(transposeFirst), flag(transposeSecond), rows,
                        columns, inner, 1, first.position(matrix * rows * inner), transposeFirst ? rows : inner,
                        second.position(matrix * inner * columns), transposeSecond ? inner : columns, 0,
                        result.position(matrix * length()), columns);
            }
        }
    }

    private static int flag(boolean transposed) {
        return transposed ? openblas_nolapack.CblasTrans : openblas_nolapack.CblasNoTrans;
    }
}
