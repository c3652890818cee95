package llava4j.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes safetensors files by hand, wrong ones included. */
final class SafetensorsBytes {

    private SafetensorsBytes() {
    }

    /** The length of a header, and the header. */
    static ByteBuffer head(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + bytes.length).order(ByteOrder.LITTLE_ENDIAN).putLong(bytes.length).put(bytes).flip();
    }

    /** A file of this header and some bytes of zeros behind it. */
    static void write(Path file, String json, int zeros) throws IOException {
        write(file, json.getBytes(StandardCharsets.UTF_8).length, json, zeros);
    }

    /** The same with any number for the length of the header. */
    static void write(Path file, long length, String json, int zeros) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        Files.write(file, ByteBuffer.allocate(8 + bytes.length + zeros).order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length).put(bytes).array());
    }
}
