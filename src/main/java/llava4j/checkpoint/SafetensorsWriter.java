package llava4j.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.BytePointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Writes a safetensors file: the same arrays always give the same bytes.
 *
 * <p>Names are sorted, the header is padded to a multiple of 8 bytes with spaces, as the reference writer does, and
 * {@code __metadata__ {"format": "pt"}} tells transformers that the names and shapes are PyTorch's.
 */
public final class SafetensorsWriter {

    /** Numbers converted at a time. */
    private static final int PIECE = 1 << 20;

    private SafetensorsWriter() {
    }

    /**
     * Writes all arrays, under a temporary name first: a file that exists is whole.
     *
     * @param file   replaced if it is there; its folder is made if need be
     * @param arrays FLOAT, HALF, BFLOAT16, DOUBLE, LONG, INT or UBYTE, by name
     * @throws llava4j.error.UserError if the place cannot be written
     */
    public static void write(Path file, Map<String, INDArray> arrays) {
        Map<String, INDArray> sorted = new TreeMap<>(arrays);
        ObjectNode header = new ObjectMapper().createObjectNode();
        header.putObject("__metadata__").put("format", "pt");
        long end = 0;
        for (Map.Entry<String, INDArray> entry : sorted.entrySet()) {
            TensorType type = TensorType.of(entry.getValue().dataType());
            ObjectNode node = header.putObject(entry.getKey()).put("dtype", type.name());
            for (long dimension : entry.getValue().shape()) {
                node.withArray("shape").add(dimension);
            }
            node.withArray("shape");
            node.withArray("data_offsets").add(end).add(end + entry.getValue().length() * type.bytes);
            end += entry.getValue().length() * type.bytes;
        }
        byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
        int padded = (json.length + 7) / 8 * 8;
        ByteBuffer head = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN).putLong(padded).put(json);
        while (head.hasRemaining()) {
            head.put((byte) ' ');
        }
        WholeFile.write(file, temporary -> {
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                writeFully(channel, head.flip());
                for (INDArray array : sorted.values()) {
                    write(channel, array);
                }
                // On the disk before it gets its name: a power cut must not leave the name without the bytes
                channel.force(true);
            }
        });
    }

    private static void write(FileChannel channel, INDArray array) throws IOException {
        INDArray flat = (array.ordering() == 'c' && !array.isView() ? array : array.dup('c')).reshape(array.length());
        for (long done = 0; done < array.length(); done += PIECE) {
            long end = Math.min(array.length(), done + PIECE);
            writeFully(channel, array.dataType() == DataType.HALF || array.dataType() == DataType.BFLOAT16
                    ? sixteenBits(flat, done, end) : bytes(flat.get(NDArrayIndex.interval(done, end))));
        }
    }

    /** The bytes as they lie in memory. */
    private static ByteBuffer sixteenBits(INDArray flat, long begin, long end) {
        return new BytePointer(flat.data().addressPointer()).position(2 * begin).limit(2 * end).asByteBuffer().slice();
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
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
