package llava4j.execution;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.dnnl_fpmath_mode_bf16;

import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.PointerScope;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * c = a b, with both factors rounded to bfloat16 and sums in float32 ({@link Precision#BFLOAT16}), by oneDNN.
 *
 * <p>Processors with tile instructions (Intel's AMX) multiply bfloat16 several times as fast as float32; oneDNN rounds the
 * factors on the way into the tiles, so that nothing is stored twice. On a processor without such instructions it multiplies in
 * float32, and nothing is rounded. ND4J brings a oneDNN of its own, which is older than these instructions. A transposed factor is
 * the same memory with its last two strides exchanged.
 */
final class Bfloat16Product extends Step {

    /** Rows or columns that fill a tile; a product with fewer is not faster. */
    private static final int TILE = 16;
    /** Multiplications below which preparing the call costs more than it saves. */
    private static final long WORTH_CALLING = 1 << 18;

    private final Step general;
    private final boolean transposeFirst;
    private final boolean transposeSecond;

    private Bfloat16Product(Step general) {
        super(general.operation, general.inputs, general.outputs, general.types, true);
        this.general = general;
        this.transposeFirst = transposes()[0] == 1;
        this.transposeSecond = transposes()[1] == 1;
    }

    /** Loaded when it is first needed: a build without the library never does. */
    private static final class OneDnn {
        private static final engine CPU = new engine(engine.kind.cpu, 0);
        private static final primitive_attr ROUNDED = new primitive_attr();
        private static final ThreadLocal<stream> STREAM = ThreadLocal.withInitial(() -> new stream(CPU));

        static {
            ROUNDED.set_fpmath_mode(dnnl_fpmath_mode_bf16);
        }
    }

    /** Whether oneDNN is there. Loads it. */
    static boolean available() {
        try {
            return OneDnn.STREAM.get() != null;
        } catch (LinkageError e) {                // no classes, no library for this system, or no part of it that it needs
            return false;
        }
    }

    static engine engine() {
        return OneDnn.CPU;
    }

    /** The calling thread's own. */
    static stream stream() {
        return OneDnn.STREAM.get();
    }

    /** The step with its short cut, if it is a product in float32; small ones go the step's own way. */
    static Step of(Step step) {
        return step.isPlainProduct() ? new Bfloat16Product(step) : step;
    }

    /** Whether the factors fill tiles, and are worth the call; if not, the step goes its own way. */
    private boolean rounds(Slots slots) {
        INDArray a = slots.get(inputs[0]);
        INDArray b = slots.get(inputs[1]);
        if (a.dataType() != DataType.FLOAT || b.dataType() != DataType.FLOAT || a.rank() < 2 || a.rank() != b.rank()) {
            return false;
        }
        Factor first = Factor.of(a, transposeFirst);
        Factor second = Factor.of(b, transposeSecond);
        return first.fills() && second.fills() && first.rows() * first.columns() * second.columns() >= WORTH_CALLING;
    }

    @Override
    boolean inOneThread(Slots slots) {
        return rounds(slots) ? super.inOneThread(slots) : general.inOneThread(slots);
    }

    @Override
    void run(Slots slots) {
        if (!rounds(slots)) {
            general.run(slots);
            return;
        }
        Factor first = Factor.of(slots.get(inputs[0]), transposeFirst);
        Factor second = Factor.of(slots.get(inputs[1]), transposeSecond);
        long[] shape = first.shape().clone();                                  // [.., N, K] x [.., K, M] -> [.., N, M]
        shape[shape.length - 1] = second.columns();
        multiply(first, second, Factor.of(slots.allocate(outputs[0], shape), false));
    }

    private static void multiply(Factor a, Factor b, Factor c) {
        stream stream = OneDnn.STREAM.get();           // made before the scope, which frees what is made in it
        try (PointerScope scope = new PointerScope()) {
            matmul product = new matmul(new matmul.primitive_desc(OneDnn.CPU, a.description(), b.description(), c.description(),
                    OneDnn.ROUNDED, false));
            IntMemoryMap arguments = new IntMemoryMap();
            arguments.put(DNNL_ARG_SRC, a.memory());
            arguments.put(DNNL_ARG_WEIGHTS, b.memory());
            arguments.put(DNNL_ARG_DST, c.memory());
            product.execute(stream, arguments);
            stream._wait();
        }
    }

    /** A matrix, or a stack of them, as it lies in memory. */
    private record Factor(INDArray array, long[] shape, long[] stride) {

        private static Factor of(INDArray array, boolean transposed) {
            return new Factor(array, turned(array.shape(), transposed), turned(array.stride(), transposed));
        }

        private static long[] turned(long[] of, boolean transposed) {
            long[] turned = of.clone();
            if (transposed) {
                turned[of.length - 1] = of[of.length - 2];
                turned[of.length - 2] = of[of.length - 1];
            }
            return turned;
        }

        private long rows() {
            return shape[shape.length - 2];
        }

        private long columns() {
            return shape[shape.length - 1];
        }

        /** Whether a tile is full, and read in runs. */
        private boolean fills() {
            return Math.min(rows(), columns()) >= TILE && (stride[stride.length - 1] == 1 || stride[stride.length - 2] == 1);
        }

        private memory.desc description() {
            return new memory.desc(shape, memory.data_type.f32, stride);
        }

        private memory memory() {
            return new memory(description(), OneDnn.CPU, OneRowProduct.floats(array, 0));
        }
    }
}
