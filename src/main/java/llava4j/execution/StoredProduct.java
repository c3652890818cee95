package llava4j.execution;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_FROM;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_TO;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.ShortPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;

/**
 * y = x Wᵀ with W in bfloat16 as it is stored, x rounded to bfloat16 and sums in float32 ({@link Precision#BFLOAT16}), by oneDNN.
 *
 * <p>One more token reads every weight of the decoder once, so that its time is that of reading; widening them to float32 first
 * takes twice as long. What one would get wrong: to make oneDNN's call anew for each product. Preparing it takes as long as a token's
 * product, so it is kept, by number of rows.
 */
final class StoredProduct extends Step {

    /** Numbers of rows for which calls are kept: one token, and prompts of some lengths. */
    private static final int KEPT = 4;
    /** Weights from which on a product is shared out among the cores, in parts of whole groups of rows. */
    private static final int WORTH_SHARING = 1 << 17;
    private static final int GROUP = 64;

    private final Step general;
    private final Map<Integer, Call> calls = new HashMap<>();

    private StoredProduct(Widened general) {
        super(general.operation, general.inputs, general.outputs, general.types, true);
        this.general = general;
    }

    /** Asked once: a processor of before 2019 may know no product of bfloat16, and then weights are widened as ever. */
    private static final class Known {
        private static final boolean HERE = here();

        private static boolean here() {
            try {
                new matmul.primitive_desc(Bfloat16Product.engine(), description(1, GROUP, memory.data_type.bf16, GROUP, 1),
                        description(GROUP, GROUP, memory.data_type.bf16, 1, GROUP), description(1, GROUP, memory.data_type.f32,
                        GROUP, 1), new primitive_attr(), false);
                return true;
            } catch (RuntimeException e) {
                return false;
            }
        }
    }

    /** The step with its short cut, if it is a product with the transpose of a widened matrix. */
    static Step of(Widened step) {
        if (!Known.HERE) {
            return step;
        }
        Step product = step.reader();
        boolean second = product.inputs.length == 2 && product.inputs[0] == step.inputs[0] && product.inputs[1] != step.inputs[1];
        return second && product.name().equals("matmul") && product.isPlainProduct() && product.transposes()[0] == 0
                && product.transposes()[1] == 1 ? new StoredProduct(step) : step;
    }

    @Override
    boolean inOneThread(Slots slots) {
        return fits(slots) || general.inOneThread(slots);
    }

    private boolean fits(Slots slots) {
        INDArray w = slots.get(inputs[1]);
        return w.dataType() == DataType.BFLOAT16 && w.rank() == 2 && w.ordering() == 'c' && !w.isView()
                && slots.get(inputs[0]).rank() == 2;
    }

    @Override
    void run(Slots slots) {
        if (!fits(slots)) {
            general.run(slots);
            return;
        }
        INDArray x = FewNumbers.inOrder(slots.get(inputs[0]));                                            // [R, K]
        INDArray w = slots.get(inputs[1]);                                                                // [N, K]
        INDArray y = slots.allocate(outputs[0], LongShapeDescriptor.fromShape(new long[] {x.size(0), w.size(0)}, DataType.FLOAT));
        if (calls.size() == KEPT && !calls.containsKey((int) x.size(0))) {
            calls.clear();
        }
        int cores = w.length() < WORTH_SHARING ? 1 : Threads.now();
        Call call = calls.computeIfAbsent((int) x.size(0), rows -> new Call(rows, w));
        call.round(x);
        call.multiply(y, cores);
    }

    /** A product of some rows, prepared: oneDNN's call for each group of W's rows that a core takes. */
    private static final class Call {
        private final ShortPointer rounded;
        private final memory exact;
        private final reorder rounding;
        private final IntMemoryMap ofRounding = new IntMemoryMap();
        private final List<Part> parts = new ArrayList<>();

        private Call(int rows, INDArray w) {
            long width = w.size(1);
            rounded = new ShortPointer(rows * width);
            exact = new memory(description(rows, width, memory.data_type.f32, width, 1), Bfloat16Product.engine(), null);
            memory to = new memory(description(rows, width, memory.data_type.bf16, width, 1), Bfloat16Product.engine(), rounded);
            rounding = new reorder(exact, to);
            ofRounding.put(DNNL_ARG_FROM, exact);
            ofRounding.put(DNNL_ARG_TO, to);
            long each = w.length() < WORTH_SHARING ? w.size(0)
                    : (w.size(0) / Threads.cores() + GROUP - 1) / GROUP * GROUP;
            for (long first = 0; first < w.size(0); first += each) {
                parts.add(new Part(to, w, first, Math.min(each, w.size(0) - first), rows));
            }
        }

        private void round(INDArray x) {
            exact.set_data_handle(bytes(x, 0));
            rounding.execute(Bfloat16Product.stream(), ofRounding);
            Bfloat16Product.stream()._wait();
        }

        private void multiply(INDArray y, int cores) {
            if (cores > 1 && parts.size() > 1) {
                Crew.share(parts.size(), part -> parts.get(part).multiply(y));
            } else {
                parts.forEach(part -> part.multiply(y));
            }
        }
    }

    /** Some of W's rows, which are columns of y. */
    private static final class Part {
        private final matmul product;
        private final memory result;
        private final long first;
        private final IntMemoryMap arguments = new IntMemoryMap();

        private Part(memory x, INDArray w, long first, long count, int rows) {
            this.first = first;
            long width = w.size(1);
            memory.desc ofX = description(rows, width, memory.data_type.bf16, width, 1);
            memory.desc ofW = description(width, count, memory.data_type.bf16, 1, width);           // Wᵀ: its strides exchanged
            memory.desc ofY = description(rows, count, memory.data_type.f32, w.size(0), 1);
            product = new matmul(new matmul.primitive_desc(Bfloat16Product.engine(), ofX, ofW, ofY, new primitive_attr(), false));
            result = new memory(ofY, Bfloat16Product.engine(), null);
            arguments.put(DNNL_ARG_SRC, x);
            arguments.put(DNNL_ARG_WEIGHTS, new memory(ofW, Bfloat16Product.engine(), bytes(w, first * width)));
            arguments.put(DNNL_ARG_DST, result);
        }

        private void multiply(INDArray y) {
            result.set_data_handle(bytes(y, first));
            product.execute(Bfloat16Product.stream(), arguments);
            Bfloat16Product.stream()._wait();
        }
    }

    /** An array's memory from one of its numbers on; where the native side is given no type, a position is a number of bytes. */
    private static BytePointer bytes(INDArray array, long from) {
        return new BytePointer(array.data().addressPointer()).position((array.offset() + from) * array.dataType().width());
    }

    private static memory.desc description(long rows, long columns, memory.data_type type, long rowStride, long columnStride) {
        return new memory.desc(new long[] {rows, columns}, type, new long[] {rowStride, columnStride});
    }
}
