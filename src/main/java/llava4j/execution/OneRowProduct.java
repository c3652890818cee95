package llava4j.execution;

import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * y = x Wᵀ for a single row x, which is what decoding a token consists of: every weight is read once, and the time is that
 * of reading it.
 *
 * <p>A matrix-matrix product, which ND4J takes for it, copies W into another order first and is four times as slow. Here
 * it is a matrix-vector product, tile by tile, shared out among the cores. A matrix in 16 bits is widened a tile at a time
 * into memory that stays in the processor's cache, so that half as much is read. The tiles are multiples of what the product
 * computes together, so a result is the same to the last bit whatever the tiles, the cores, and the bits W is kept in.
 */
final class OneRowProduct extends Step {

    /** Numbers in a tile: half of them and the other half of a second core fit into a usual second-level cache. */
    private static final int TILE = 1 << 16;
    /** Outputs that the product computes together. */
    private static final int TOGETHER = 16;
    /** Below this many numbers handing over to a second core costs more than it saves. */
    private static final int WORTH_SHARING = 1 << 17;

    /** Tiles that are not in use, one for each core in the end. Not one for each thread: memory outside the heap is freed late. */
    private static final Map<DataType, Queue<WideTile>> TILES = Map.of(
            DataType.BFLOAT16, new ConcurrentLinkedQueue<>(), DataType.HALF, new ConcurrentLinkedQueue<>());

    private final Step general;

    private OneRowProduct(Step general) {
        super(general.operation, general.inputs, general.outputs, general.types, true);
        this.general = general;
    }

    /** The step with its short cut, if it is a product x Wᵀ. */
    static Step of(Step step) {
        if (!step.name().equals("matmul") && !step.name().equals("mmul")) {
            return step;
        }
        long[] transposes = step.transposes();
        boolean transposed = transposes[0] == 0 && transposes[1] == 1 && transposes[2] == 0;
        return transposed ? new OneRowProduct(step) : step;
    }

    /** Whether this run has a single row, and whether it is worth while. */
    boolean oneRow(Slots slots) {
        INDArray x = slots.get(inputs[0]);
        return x.rank() == 2 && x.size(0) == 1 && x.size(1) >= Threads.WIDE && x.elementWiseStride() == 1;
    }

    /** Each core computes its own outputs in one thread. */
    @Override
    boolean inOneThread(Slots slots) {
        return oneRow(slots) || general.inOneThread(slots);
    }

    @Override
    void run(Slots slots) {
        INDArray w = slots.get(inputs[1]);
        if (oneRow(slots) && w.rank() == 2 && w.ordering() == 'c' && !w.isView()) {
            run(slots, w);
        } else {
            general.run(slots);
        }
    }

    /** @param w [N, K] in float32 or in 16 bits, row by row */
    void run(Slots slots, INDArray w) {
        long outputs = w.size(0);
        INDArray y = slots.allocate(this.outputs[0], 1, outputs);
        INDArray x = slots.get(inputs[0]);
        int tile = (int) Math.max(TOGETHER, TILE / w.size(1) / TOGETHER * TOGETHER);
        int tiles = (int) ((outputs + tile - 1) / tile);
        IntConsumer work = piece -> rows(x, w, y, (long) piece * tile, Math.min(outputs, (piece + 1L) * tile));
        if (outputs * w.size(1) < WORTH_SHARING || Threads.now() == 1) {
            IntStream.range(0, tiles).forEach(work);
        } else {
            Crew.share(tiles, work);
        }
    }

    /** Outputs {@code begin} to {@code end} of y. */
    private static void rows(INDArray x, INDArray w, INDArray y, long begin, long end) {
        int width = (int) w.size(1);
        int rows = (int) (end - begin);
        if (w.dataType() == DataType.FLOAT) {
            product(floats(w, begin * width), rows, width, floats(x, 0), floats(y, begin));
            return;
        }
        Queue<WideTile> tiles = TILES.get(w.dataType());
        WideTile wide = Objects.requireNonNullElseGet(tiles.poll(), () -> new WideTile(w.dataType(), TILE));
        product(wide.widened(w, begin * width, rows * width), rows, width, floats(x, 0), floats(y, begin));
        tiles.add(wide);
    }

    /** An array's memory from one of its numbers on. */
    static FloatPointer floats(INDArray array, long from) {
        return new FloatPointer(array.data().addressPointer()).position(array.offset() + from);
    }

    private static void product(FloatPointer w, long rows, int width, FloatPointer x, FloatPointer y) {
        openblas_nolapack.cblas_sgemv(openblas_nolapack.CblasRowMajor, openblas_nolapack.CblasNoTrans, (int) rows, width, 1,
                w, width, x, 1, 0, y, 1);
    }
}
