package llava4j.execution;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.nd4j.common.util.ArrayUtil;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Memory that is lent to arrays and taken back, so that a graph that runs a thousand times allocates once.
 *
 * <p>A request gets the smallest free piece that is large enough, and a new piece only where there is none up to four
 * times as large: a short batch runs in the memory of the long one before it. Were pieces kept apart by size, a graph
 * that sees batches of many lengths would hold memory for each of them. And when a batch is longer than all before it, the pieces
 * that it had no use for are freed, or each new longest batch would leave the memory of the last one behind. After {@link #reset} equal requests in an equal
 * order get equal arrays, the very same objects, as long as no piece was added.
 */
final class ArrayPool {

    /** Shapes for which a piece remembers its array. */
    private static final int REMEMBERED = 16;
    /** How many times larger than asked for a piece may be. */
    private static final int LARGEST = 4;

    /** Memory, and the arrays that have been laid over it. */
    static final class Piece {
        private final DataType type;
        private final DataBuffer memory;
        private final Map<LongShapeDescriptor, INDArray> views = new HashMap<>();
        /** How many slots show it. */
        int holders;
        /** Whether it was lent since the last reset. */
        private boolean lent;

        private Piece(DataType type, DataBuffer memory) {
            this.type = type;
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

    private final List<Piece> all = new ArrayList<>();
    /** Bytes that were lent, at one time or another, in the run of the longest batch. */
    private long most;
    /** Free pieces by type and size; of equal ones the first made is the first lent. */
    private final Map<DataType, TreeMap<Long, Deque<Piece>>> free = new HashMap<>();

    /** A piece that is large enough for {@code shape}. */
    Piece take(LongShapeDescriptor shape) {
        long size = rounded(shape.getShape().length == 0 ? 1 : ArrayUtil.prodLong(shape.getShape()));
        TreeMap<Long, Deque<Piece>> sizes = free.computeIfAbsent(shape.dataType(), type -> new TreeMap<>());
        Map.Entry<Long, Deque<Piece>> fitting = sizes.ceilingEntry(size);
        Piece piece;
        if (fitting == null || fitting.getKey() > LARGEST * size) {
            piece = new Piece(shape.dataType(), Nd4j.createUninitializedDetached(shape.dataType(), size).data());
            all.add(piece);
        } else {
            piece = fitting.getValue().pop();
            if (fitting.getValue().isEmpty()) {
                sizes.remove(fitting.getKey());
            }
        }
        piece.holders = 1;
        piece.lent = true;
        return piece;
    }

    void giveBack(Piece piece) {
        free.computeIfAbsent(piece.type, type -> new TreeMap<>())
                .computeIfAbsent(piece.memory.length(), size -> new ArrayDeque<>()).push(piece);
    }

    /** Takes everything back; after the longest batch so far, what that had no use for is freed. */
    void reset() {
        free.clear();
        long used = bytes(all.stream().filter(piece -> piece.lent));
        if (used > most) {
            most = used;
            all.stream().filter(piece -> !piece.lent).forEach(piece -> piece.memory.close());
            all.removeIf(piece -> !piece.lent);
        }
        all.forEach(piece -> piece.lent = false);
        for (int i = all.size() - 1; i >= 0; i--) {
            giveBack(all.get(i));
        }
    }

    /** All that was ever lent, free or not. */
    long bytes() {
        return bytes(all.stream());
    }

    private static long bytes(Stream<Piece> pieces) {
        return pieces.mapToLong(piece -> piece.memory.length() * piece.type.width()).sum();
    }

    private static long rounded(long length) {
        long step = Math.max(16, Long.highestOneBit(Math.max(1, length)) / 4);
        return (length + step - 1) / step * step;
    }
}
