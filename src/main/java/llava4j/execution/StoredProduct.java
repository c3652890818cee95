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
import java.util.function.IntSupplier;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.javacpp.BytePointer;
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
    /** Weights from which on a token's product is shared out among the cores, in whole groups of rows. */
    private static final int WORTH_SHARING = 1 << 17;
    private static final int GROUP = 64;

    private final Step general;
    private final Map<Integer, Call> calls = new HashMap<>();

    private StoredProduct(Widened general, int rounded) {
        super(general.operation, general.inputs, new int[] {general.outputs[0], rounded}, general.types, true);
        this.general = general;
    }

    /** Asked once. Without AVX-512 there is at best a plain loop, slower than to widen the weights. */
    private static final class Supported {
        private static final boolean HERE = here();

        private static boolean here() {
            try {
                return !new matmul.primitive_desc(Bfloat16Product.engine(), description(1, GROUP, memory.data_type.bf16, GROUP, 1),
                        description(GROUP, GROUP, memory.data_type.bf16, 1, GROUP), description(1, GROUP, memory.data_type.f32,
                        GROUP, 1), new primitive_attr(), false).impl_info_str().getString().startsWith("ref");
            } catch (RuntimeException e) {
                return false;
            }
        }
    }

    /** Whether this processor multiplies bfloat16 faster than it widens it. */
    static boolean supported() {
        return Supported.HERE;
    }

    /**
     * The step with its short cut, if it is a product with the transpose of a widened matrix.
     *
     * @param newSlot numbers a slot that is not yet taken, for the rounded features
     */
    static Step of(Widened step, IntSupplier newSlot) {
        Step product = step.reader();
        boolean second = product.inputs.length == 2 && product.inputs[0] == step.inputs[0] && product.inputs[1] != step.inputs[1];
        return second && product.name().equals("matmul") && product.isPlainProduct() && product.transposes()[0] == 0
                && product.transposes()[1] == 1 && supported() ? new StoredProduct(step, newSlot.getAsInt()) : step;
    }

    @Override
    boolean inOneThread(Slots slots) {
        return fits(slots) && slots.get(inputs[0]).size(0) == 1 || general.inOneThread(slots);
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
        INDArray x = slots.inOrder(inputs[0]);                                            // [R, K]
        INDArray w = slots.get(inputs[1]);                                                                // [N, K]
        INDArray y = slots.allocate(outputs[0], x.size(0), w.size(0));
        INDArray rounded = slots.allocate(outputs[1], LongShapeDescriptor.fromShape(x.shape(), DataType.BFLOAT16));
        if (calls.size() == KEPT && !calls.containsKey((int) x.size(0))) {
            calls.clear();
        }
        Call call = calls.computeIfAbsent((int) x.size(0), rows -> new Call(rows, w));
        call.round(x, rounded);
        call.multiply(y);
    }

    /** A product of some rows, prepared: oneDNN's calls, each for rows of W that one core takes. */
    private static final class Call {
        private final memory exact;
        private final memory rounded;
        private final reorder rounding;
        private final IntMemoryMap ofRounding = new IntMemoryMap();
        private final List<Part> parts = new ArrayList<>();

        private Call(int rows, INDArray w) {
            long width = w.size(1);
            exact = new memory(description(rows, width, memory.data_type.f32, width, 1), Bfloat16Product.engine(), null);
            rounded = new memory(description(rows, width, memory.data_type.bf16, width, 1), Bfloat16Product.engine(), null);
            rounding = new reorder(exact, rounded);
            ofRounding.put(DNNL_ARG_FROM, exact);
            ofRounding.put(DNNL_ARG_TO, rounded);
            long each = shared(rows, w) ? (w.size(0) / Threads.cores() / GROUP + 1) * GROUP : w.size(0);
            for (long first = 0; first < w.size(0); first += each) {
                parts.add(new Part(rounded, w, first, Math.min(each, w.size(0) - first), rows));
            }
        }

        private void round(INDArray x, INDArray to) {
            exact.set_data_handle(bytes(x, 0));
            rounded.set_data_handle(bytes(to, 0));
            rounding.execute(Bfloat16Product.stream(), ofRounding);
            Bfloat16Product.stream()._wait();
        }

        private void multiply(INDArray y) {
            if (parts.size() > 1 && Threads.now() > 1) {
                Crew.share(parts.size(), part -> parts.get(part).multiply(y));
            } else {
                parts.forEach(part -> part.multiply(y));
            }
        }
    }

    /** Whether W's rows are shared out: those of a single token. The rows of a prompt oneDNN shares out itself. */
    private static boolean shared(int rows, INDArray w) {
        return rows == 1 && w.length() >= WORTH_SHARING;
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
            memory.desc ofY = description(rows, count, memory.data_type.f32, count, 1);          // all of y, or of its one row
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
