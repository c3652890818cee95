package llava4j.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.bytedeco.javacpp.BytePointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The bytes of an array as a safetensors file holds them: row by row, little endian, a piece at a time, so that a large
 * array is never in memory twice.
 */
public final class TensorBytes {

    /** Numbers converted at a time. */
    private static final int PIECE = 1 << 20;

    /** Takes the pieces in their order. */
    @FunctionalInterface
    interface Sink {
        void take(ByteBuffer piece) throws IOException;
    }

    private TensorBytes() {
    }

    /** Hands over all bytes of an array. */
    static void of(INDArray array, Sink sink) throws IOException {
        INDArray flat = (array.ordering() == 'c' && !array.isView() ? array : array.dup('c')).reshape(array.length());
        for (long done = 0; done < array.length(); done += PIECE) {
            long end = Math.min(array.length(), done + PIECE);
            sink.take(array.dataType() == DataType.HALF || array.dataType() == DataType.BFLOAT16
                    ? sixteenBits(flat, done, end) : bytes(flat.get(NDArrayIndex.interval(done, end))));
        }
    }

    /** The bytes as they lie in memory. */
    private static ByteBuffer sixteenBits(INDArray flat, long begin, long end) {
        return new BytePointer(flat.data().addressPointer()).position(2 * begin).limit(2 * end).asByteBuffer().slice();
    }

    /**
     * {@return a checksum (CRC-32C, 8 hexadecimal digits) of names and numbers: two sets of arrays that differ in a single
     * bit have different ones}
     *
     * @param arrays FLOAT, HALF, BFLOAT16, DOUBLE, LONG, INT or UBYTE, by name; their order does not count
     */
    public static String checksum(Map<String, INDArray> arrays) {
        CRC32C sum = new CRC32C();
        new TreeMap<>(arrays).forEach((name, array) -> {
            sum.update(name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            try {
                of(array, sum::update);
            } catch (IOException e) {
                throw new IllegalStateException(e);     // nothing is written anywhere
            }
        });
        return String.format(java.util.Locale.ROOT, "%08x", sum.getValue());
    }

    private static ByteBuffer bytes(INDArray piece) {
        TensorType type = TensorType.of(piece.dataType());
        int count = (int) piece.length();
        ByteBuffer bytes = ByteBuffer.allocate(count * type.bytes).order(ByteOrder.LITTLE_ENDIAN);
        switch (type) {
            case F64 -> bytes.asDoubleBuffer().put(piece.toDoubleVector());
            case I64 -> bytes.asLongBuffer().put(piece.toLongVector());
            case I32 -> bytes.asIntBuffer().put(piece.toIntVector());
            case U8 -> {
                for (int value : piece.toIntVector()) {
                    bytes.put((byte) value);
                }
                bytes.flip();
            }
            default -> bytes.asFloatBuffer().put(piece.toFloatVector());
        }
        return bytes;
    }
}
