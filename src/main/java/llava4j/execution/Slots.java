package llava4j.execution;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;

/**
 * The arrays of one run of a {@link Schedule}, and the memory under them.
 *
 * <p>Two slots may show the same memory in two shapes; it is free again when the last of them has been read.
 */
final class Slots {

    private final INDArray[] arrays;
    private final ArrayPool.Piece[] pieces;
    private final ArrayPool pool;
    /** By slot, the weight that it showed last in another shape, and how: the same in every run. */
    private final INDArray[] shown;
    private final INDArray[] views;

    Slots(int count, ArrayPool pool) {
        this.arrays = new INDArray[count];
        this.shown = new INDArray[count];
        this.views = new INDArray[count];
        this.pieces = new ArrayPool.Piece[count];
        this.pool = pool;
    }

    /** Empties all slots and fills those of weights and constants. */
    void begin(INDArray[] fixed) {
        pool.reset();
        Arrays.fill(pieces, null);
        System.arraycopy(fixed, 0, arrays, 0, fixed.length);
    }

    INDArray get(int slot) {
        return arrays[slot];
    }

    /** The array with its numbers in plain order: if it lies otherwise, a copy takes its place, which all later readers see. */
    INDArray inOrder(int slot) {
        if (!FewNumbers.plain(arrays[slot])) {
            arrays[slot] = arrays[slot].dup('c');
        }
        return arrays[slot];
    }

    void set(int slot, INDArray array) {
        arrays[slot] = array;
    }

    /** A new array of this shape, not filled. */
    INDArray allocate(int slot, LongShapeDescriptor shape) {
        pieces[slot] = pool.take(shape);
        arrays[slot] = pieces[slot].as(shape);
        return arrays[slot];
    }

    /** A new array of numbers in float32, not filled. */
    INDArray allocate(int slot, long... shape) {
        return allocate(slot, LongShapeDescriptor.fromShape(shape, DataType.FLOAT));
    }

    /** The numbers of a slot in plain order, to be read. */
    FloatBuffer read(int slot) {
        return inOrder(slot).data().asNioFloat();
    }

    /** Room for the numbers of a new array of this shape. */
    FloatBuffer write(int slot, long... shape) {
        return allocate(slot, shape).data().asNioFloat();
    }

    /** Where nothing is broadcast: a graph that does is a mistake, and is told. */
    void requireOneShape(int... slots) {
        for (int slot : slots) {
            if (!Arrays.equals(arrays[slot].shape(), arrays[slots[0]].shape())) {
                throw new IllegalArgumentException("two shapes where one is needed: " + Arrays.toString(arrays[slots[0]].shape())
                        + " and " + Arrays.toString(arrays[slot].shape()));
            }
        }
    }

    /** Whether another slot's memory can be shown in another shape: it is a result, or lies in plain order. */
    boolean canShare(int from) {
        return pieces[from] != null || arrays[from].ordering() == 'c' && !arrays[from].isView();
    }

    /** Shows the memory of slot {@code from} in this shape. */
    void share(int slot, int from, LongShapeDescriptor shape) {
        if (pieces[from] == null) {
            if (shown[slot] != arrays[from] || !Arrays.equals(views[slot].shape(), shape.getShape())) {
                shown[slot] = arrays[from];
                views[slot] = arrays[from].reshape('c', shape.getShape());
            }
            arrays[slot] = views[slot];
        } else {
            pieces[slot] = pieces[from];
            pieces[slot].holders++;
            arrays[slot] = pieces[slot].as(shape);
        }
    }

    /** Memory of all results of a run; see {@link ArrayPool#bytes}. */
    long bytes() {
        return pool.bytes();
    }

    /** Nobody reads this slot any more. */
    void release(int slot) {
        if (pieces[slot] != null && --pieces[slot].holders == 0) {
            pool.giveBack(pieces[slot]);
        }
    }
}
