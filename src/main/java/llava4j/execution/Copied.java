package llava4j.execution;

import java.util.Arrays;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * An array's numbers put into a longer one, or taken out of it, in runs as they lie in memory.
 *
 * <p>A view and an assignment do the same for thirty microseconds a call; a token of a model of thirty layers puts sixty arrays
 * into its cache.
 */
public final class Copied {

    private Copied() {
    }

    /**
     * {@return some of an array's rows, in an array of their own}
     *
     * @param whole [N, ..]
     * @param begin the first of them
     * @param end   the first that is not among them
     */
    public static INDArray rows(INDArray whole, long begin, long end) {
        if (!Threads.onCpu() || !FewNumbers.plain(whole)) {
            return part(whole, 0, begin, end).dup('c');
        }
        long[] shape = whole.shape().clone();
        shape[0] = end - begin;
        INDArray rows = Nd4j.createUninitialized(DataType.FLOAT, shape);
        long row = Float.BYTES * whole.length() / whole.size(0);
        Pointer.memcpy(new BytePointer(rows.data().addressPointer()),
                new BytePointer(whole.data().addressPointer()).position(begin * row), (end - begin) * row);
        return rows;
    }

    /**
     * Puts {@code part} into {@code whole}.
     *
     * @param part  of the same shape as {@code whole} but for one dimension
     * @param whole longer in that dimension
     * @param axis  which
     * @param begin where the part's first row comes to lie
     */
    public static void into(INDArray whole, INDArray part, int axis, long begin) {
        if (!Threads.onCpu() || !FewNumbers.plain(part) || !FewNumbers.plain(whole)) {
            part(whole, axis, begin, begin + part.size(axis)).assign(part);
            return;
        }
        long runs = Arrays.stream(part.shape(), 0, axis).reduce(1, (a, b) -> a * b);
        BytePointer to = new BytePointer(whole.data().addressPointer());
        BytePointer from = new BytePointer(part.data().addressPointer());
        long row = Float.BYTES * whole.length() / runs;
        long length = Float.BYTES * part.length() / runs;
        long first = row / whole.size(axis) * begin;
        for (long run = 0; run < runs; run++) {
            Pointer.memcpy(to.position(run * row + first), from.position(run * length), length);
        }
    }

    /** A view of what lies between two places along an axis. */
    private static INDArray part(INDArray whole, int axis, long begin, long end) {
        INDArrayIndex[] where = new INDArrayIndex[whole.rank()];
        Arrays.fill(where, NDArrayIndex.all());
        where[axis] = NDArrayIndex.interval(begin, end);
        return whole.get(where);
    }
}
