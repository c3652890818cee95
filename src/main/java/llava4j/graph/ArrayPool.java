package llava4j.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.common.util.ArrayUtil;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Memory that is lent to arrays and taken back, so that a graph that runs a thousand times allocates once.
 *
 * <p>Pieces come in sizes of 4/4, 5/4, 6/4 and 7/4 of a power of two: at most a quarter is wasted, and batches of
 * different lengths share their pieces. After {@link #reset} equal requests in an equal order get equal arrays, the very
 * same objects.
 */
final class ArrayPool {

    /** Shapes for which a piece remembers its array. */
    private static final int REMEMBERED = 64;

    /** Memory, and the arrays that have been laid over it. */
    static final class Piece {
        private final Shelf home;
        private final DataBuffer memory;
        private final Map<LongShapeDescriptor, INDArray> views = new HashMap<>();
        /** How many slots show it. */
        int holders;

        private Piece(Shelf home, DataBuffer memory) {
            this.home = home;
            this.memory = memory;
        }

        /** The array of this shape over the piece. */
        INDArray as(LongShapeDescriptor shape) {
            if (views.size() > REMEMBERED) {
                views.clear();
            }
            return views.computeIfAbsent(shape, s -> Nd4j.create(memory, s.getShape()));
        }
    }

    /** All pieces of one type and size; those from {@code free.size()} on are lent. */
    private static final class Shelf {
        private final List<Piece> all = new ArrayList<>();
        private final List<Piece> free = new ArrayList<>();
    }

    private final Map<DataType, Map<Long, Shelf>> shelves = new HashMap<>();

    /** A piece that is large enough for {@code shape}. */
    Piece take(LongShapeDescriptor shape) {
        long size = rounded(shape.getShape().length == 0 ? 1 : ArrayUtil.prodLong(shape.getShape()));
        Shelf shelf = shelves.computeIfAbsent(shape.dataType(), type -> new HashMap<>())
                .computeIfAbsent(size, s -> new Shelf());
        if (shelf.free.isEmpty()) {
            Piece piece = new Piece(shelf, Nd4j.createUninitializedDetached(shape.dataType(), size).data());
            shelf.all.add(piece);
            piece.holders = 1;
            return piece;
        }
        Piece piece = shelf.free.remove(shelf.free.size() - 1);
        piece.holders = 1;
        return piece;
    }

    void giveBack(Piece piece) {
        piece.home.free.add(piece);
    }

    /** Takes everything back. */
    void reset() {
        for (Map<Long, Shelf> sizes : shelves.values()) {
            for (Shelf shelf : sizes.values()) {
                shelf.free.clear();
                shelf.free.addAll(shelf.all);
                Collections.reverse(shelf.free);        // the first made is the first taken, as when it was made
            }
        }
    }

    private static long rounded(long length) {
        long step = Math.max(16, Long.highestOneBit(Math.max(1, length)) / 4);
        return (length + step - 1) / step * step;
    }
}
