package llava4j.checkpoint;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import llava4j.error.UserError;
import org.bytedeco.javacpp.BytePointer;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A 16-bit tensor that stays in its file: an array over the file's own bytes, which the operating system reads when they
 * are first looked at and may drop again.
 *
 * <p>Opening a model so takes no memory of its own, and two programs share one copy. What one would get wrong: to write
 * into such an array; the mapping is read-only and the process would end. Frozen weights alone are kept this way
 * ({@link llava4j.graph.Scope}).
 */
final class MappedTensor {

    /** Tensors past 2 GB, which no single mapping can hold, are read as float32. */
    private static final long LARGEST = Integer.MAX_VALUE;
    private static final int CHECKED_AT_A_TIME = 1 << 13;

    private MappedTensor() {
    }

    /** Whether a tensor can be kept so: 16 bits wide, not past 2 GB. Vectors too, so that a model is saved as it was read. */
    static boolean possible(SafetensorsHeader.Entry entry) {
        return entry.type().asStored().isPresent() && entry.shape().length > 0 && entry.count() > 0
                && entry.end() - entry.begin() <= LARGEST;
    }

    /**
     * The tensor over the file's bytes.
     *
     * @throws UserError if it holds a number that is not finite
     */
    static INDArray of(Path file, FileChannel channel, SafetensorsHeader.Entry entry) throws IOException {
        MappedByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, entry.begin(), entry.end() - entry.begin());
        DataType type = entry.type().asStored().orElseThrow();
        checkFinite(file, entry, bytes);
        DataBuffer data = Nd4j.createBuffer(new MappedPointer(bytes), entry.count(), type);
        long[] strides = Nd4j.getStrides(entry.shape(), 'c');
        return Nd4j.create(data, entry.shape(), strides, 0, 'c', type);
    }

    /** The address of a mapping, which lives as long as the array that looks at it. */
    private static final class MappedPointer extends BytePointer {
        @SuppressWarnings("unused")
        private final MappedByteBuffer mapping;

        private MappedPointer(MappedByteBuffer mapping) {
            super(mapping);
            this.mapping = mapping;
        }
    }

    /**
     * Infinite and no number have all bits of the exponent set: adding one to the lowest of them then carries into the sign's
     * place. Four numbers are looked at together.
     */
    private static void checkFinite(Path file, SafetensorsHeader.Entry entry, MappedByteBuffer bytes) {
        long exponent = entry.type() == TensorType.BF16 ? 0x7f80_7f80_7f80_7f80L : 0x7c00_7c00_7c00_7c00L;
        long lowest = entry.type() == TensorType.BF16 ? 0x0080_0080_0080_0080L : 0x0400_0400_0400_0400L;
        LongBuffer fours = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
        long[] piece = new long[Math.min(CHECKED_AT_A_TIME, fours.remaining())];
        boolean found = false;
        while (fours.hasRemaining() && !found) {
            int count = Math.min(piece.length, fours.remaining());
            fours.get(piece, 0, count);
            long carries = 0;
            for (int i = 0; i < count; i++) {
                carries |= (piece[i] & exponent) + lowest;
            }
            found = (carries & 0x8000_8000_8000_8000L) != 0;
        }
        for (int i = (int) entry.count() / 4 * 4; i < entry.count(); i++) {
            found |= (bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).getShort(2 * i) & (short) exponent) == (short) exponent;
        }
        if (found) {
            throw UserError.of("%s: tensor %s holds a number that is infinite or none: the checkpoint is damaged", file,
                    entry.name());
        }
    }
}
