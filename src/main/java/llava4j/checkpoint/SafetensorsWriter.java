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
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Writes a safetensors file: the same arrays always give the same bytes.
 *
 * <p>Names are sorted, the header is padded to a multiple of 8 bytes with spaces, as the reference writer does, and
 * {@code __metadata__ {"format": "pt"}} tells transformers that the names and shapes are PyTorch's.
 */
public final class SafetensorsWriter {

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
        write(file, arrays, Map.of("format", "pt"));
    }

    /**
     * Writes all arrays with a seal, so that {@link Safetensors#openSealed} finds a single changed byte.
     *
     * @param file     replaced if it is there; its folder is made if need be
     * @param arrays   FLOAT, DOUBLE, LONG, INT or UBYTE, by name
     * @param metadata texts that go with them, by name
     * @throws llava4j.error.UserError if the place cannot be written
     */
    public static void writeSealed(Path file, Map<String, INDArray> arrays, Map<String, String> metadata) {
        Map<String, String> sealed = new TreeMap<>(metadata);
        sealed.put(Seal.KEY, Seal.OPEN);
        write(file, arrays, sealed);
    }

    /**
     * Writes all arrays and some texts.
     *
     * @param file     replaced if it is there; its folder is made if need be
     * @param arrays   FLOAT, HALF, BFLOAT16, DOUBLE, LONG, INT or UBYTE, by name
     * @param metadata texts that go with them, by name
     * @throws llava4j.error.UserError if the place cannot be written
     */
    public static void write(Path file, Map<String, INDArray> arrays, Map<String, String> metadata) {
        Map<String, INDArray> sorted = new TreeMap<>(arrays);
        ObjectNode header = new ObjectMapper().createObjectNode();
        metadata.forEach(header.putObject("__metadata__")::put);
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
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.READ,
                    StandardOpenOption.WRITE)) {
                writeFully(channel, head.flip());
                for (INDArray array : sorted.values()) {
                    TensorBytes.of(array, piece -> writeFully(channel, piece));
                }
                if (metadata.containsKey(Seal.KEY)) {
                    Seal.close(channel);
                }
                // On the disk before it gets its name: a power cut must not leave the name without the bytes
                channel.force(true);
            }
        });
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
