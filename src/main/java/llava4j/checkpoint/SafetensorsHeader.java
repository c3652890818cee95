package llava4j.checkpoint;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.core.JsonFactory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import llava4j.error.UserError;

/**
 * The head of a safetensors file: 8 bytes of length n (little endian), n bytes of JSON, then the numbers.
 *
 * <p>The JSON gives each tensor's type, shape and place: {@code "name": {"dtype": "F32", "shape": [2, 3],
 * "data_offsets": [0, 24]}}, offsets counted from the end of the head. Every number is checked before anything is
 * allocated from it: a file comes from anywhere. What one would get wrong: the length is unsigned, and shapes multiply
 * past 2⁶³.
 */
final class SafetensorsHeader {

    private static final long LARGEST = 100_000_000;
    private static final int MOST_DIMENSIONS = 8;
    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(8).maxNameLength(10_000).build())
            .build())
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /**
     * Where one tensor lies.
     *
     * @param begin first byte, counted from the start of the file
     * @param end   first byte behind it
     */
    record Entry(String name, TensorType type, long[] shape, long begin, long end) {

        long count() {
            return (end - begin) / type.bytes;
        }
    }

    private SafetensorsHeader() {
    }

    /**
     * Reads and checks the head.
     *
     * @return the tensors by name, in the order of their bytes
     * @throws UserError naming the file and the first thing wrong with it
     */
    static Map<String, Entry> read(Path file, FileChannel channel) throws IOException {
        long size = channel.size();
        if (size < 8) {
            throw UserError.of("%s: %d bytes are too few for a safetensors file", file, size);
        }
        long length = bytes(channel, 0, 8).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (length < 0 || length > LARGEST || length > size - 8) {
            throw UserError.of("%s: its header is said to have %s bytes, the file has %d: damaged, or not safetensors",
                    file, Long.toUnsignedString(length), size);
        }
        JsonNode root;
        try {
            root = JSON.readTree(bytes(channel, 8, (int) length).array());
        } catch (JsonProcessingException e) {
            throw UserError.of("%s: its header is not valid JSON: %s", file, e.getOriginalMessage());
        }
        if (root == null || !root.isObject()) {
            throw UserError.of("%s: its header is not a JSON object", file);
        }
        List<Entry> entries = new ArrayList<>();
        for (Iterator<Map.Entry<String, JsonNode>> fields = root.fields(); fields.hasNext(); ) {
            Map.Entry<String, JsonNode> field = fields.next();
            if (!field.getKey().equals("__metadata__")) {
                entries.add(entry(file, field.getKey(), field.getValue(), 8 + length, size));
            }
        }
        return inOrder(file, entries, 8 + length, size);
    }

    private static ByteBuffer bytes(FileChannel channel, long from, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(count);
        while (buffer.hasRemaining() && channel.read(buffer, from + buffer.position()) > 0) {
            // a read may give fewer bytes than asked for
        }
        return buffer.flip();
    }

    private static Entry entry(Path file, String name, JsonNode node, long dataStart, long size) {
        TensorType type = TensorType.of(node.path("dtype").asText()).orElseThrow(() -> UserError.of(
                "%s: tensor %s has dtype %s, which is not read: store it as F32, F16 or BF16", file, name,
                node.path("dtype")));
        JsonNode dimensions = node.path("shape");
        if (!dimensions.isArray() || dimensions.size() > MOST_DIMENSIONS) {
            throw UserError.of("%s: tensor %s has shape %s", file, name, dimensions);
        }
        long[] shape = new long[dimensions.size()];
        long needed = type.bytes;
        for (int i = 0; i < shape.length; i++) {
            JsonNode dimension = dimensions.get(i);
            if (!dimension.isIntegralNumber() || !dimension.canConvertToLong() || dimension.asLong() < 0) {
                throw UserError.of("%s: tensor %s has shape %s", file, name, dimensions);
            }
            shape[i] = dimension.asLong();
            if (shape[i] > 0 && needed > Long.MAX_VALUE / shape[i]) {
                throw UserError.of("%s: tensor %s has shape %s, more than any file can hold", file, name, dimensions);
            }
            needed *= shape[i];
        }
        JsonNode offsets = node.path("data_offsets");
        if (offsets.size() != 2 || !offsets.get(0).canConvertToLong() || !offsets.get(1).canConvertToLong()) {
            throw UserError.of("%s: tensor %s has data_offsets %s", file, name, offsets);
        }
        long begin = offsets.get(0).asLong();
        long end = offsets.get(1).asLong();
        if (begin < 0 || end < begin || end > size - dataStart) {
            throw UserError.of("%s: tensor %s lies at bytes %d to %d, the file holds %d: is it cut short?", file, name,
                    begin, end, size - dataStart);
        }
        if (end - begin != needed) {
            throw UserError.of("%s: tensor %s has %d bytes, its shape %s of %s needs %d", file, name, end - begin,
                    dimensions, type, needed);
        }
        return new Entry(name, type, shape, dataStart + begin, dataStart + end);
    }

    private static Map<String, Entry> inOrder(Path file, List<Entry> entries, long dataStart, long size) {
        entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
        Map<String, Entry> byName = new LinkedHashMap<>();
        long next = dataStart;
        for (Entry entry : entries) {
            if (entry.begin() != next) {
                throw UserError.of("%s: tensor %s begins at byte %d, expected %d: bytes overlap or are missing", file,
                        entry.name(), entry.begin() - dataStart, next - dataStart);
            }
            next = entry.end();
            byName.put(entry.name(), entry);
        }
        if (next != size) {
            throw UserError.of("%s: %d bytes behind the last tensor belong to none", file, size - next);
        }
        return byName;
    }
}
