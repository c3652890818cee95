package llava4j.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import llava4j.error.UserError;
import llava4j.json.Fields;
import llava4j.json.GitLfs;
import llava4j.json.JsonText;

/**
 * The head of a safetensors file: 8 bytes of length n (little endian), n bytes of JSON, then the numbers.
 *
 * <p>The JSON gives each tensor's type, shape and place: {@code "name": {"dtype": "F32", "shape": [2, 3],
 * "data_offsets": [0, 24]}}, offsets counted from the end of the head. Every number is checked before anything is
 * allocated from it: a file comes from anywhere. What one would get wrong: the length is unsigned, shapes multiply past
 * 2⁶³, and a JSON tree of a hostile head takes far more memory than the head; so it is read token by token.
 */
final class SafetensorsHeader {

    private static final long LARGEST = 100_000_000;
    private static final int MOST_TENSORS = 200_000;
    private static final int MOST_DIMENSIONS = 8;
    private static final int LONGEST_NAME = 1000;
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(8).build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /**
     * Where one tensor lies.
     *
     * @param begin first byte, counted from the start of the file
     * @param end   first byte after it
     */
    record Entry(String name, TensorType type, long[] shape, long begin, long end) {

        long count() {
            return (end - begin) / type.bytes;
        }
    }

    /**
     * The whole head.
     *
     * @param entries  the tensors by name, in the order of their bytes
     * @param metadata the texts of {@code __metadata__}, by name
     */
    record Content(Map<String, Entry> entries, Map<String, String> metadata) {
    }

    private final Path file;
    private final JsonParser json;
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final long dataStart;
    private final long dataSize;

    private SafetensorsHeader(Path file, JsonParser json, long dataStart, long dataSize) {
        this.file = file;
        this.json = json;
        this.dataStart = dataStart;
        this.dataSize = dataSize;
    }

    /**
     * Reads and checks the head.
     *
     * @return tensors and texts
     * @throws UserError naming the file and the first thing wrong with it
     */
    static Content read(Path file, FileChannel channel) throws IOException {
        long size = channel.size();
        GitLfs.refusePointer(file, bytes(file, channel, 0, (int) Math.min(size, GitLfs.FIRST_BYTES)).array());
        if (size < 8) {
            throw UserError.of("%s: %d bytes are too few for a safetensors file", file, size);
        }
        long length = bytes(file, channel, 0, 8).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (length < 0 || length > LARGEST || length > size - 8) {
            throw UserError.of("%s: its header is said to have %s bytes, the file has %d: damaged, or not safetensors",
                    file, Long.toUnsignedString(length), size);
        }
        byte[] head = bytes(file, channel, 8, (int) length).array();
        if (length == 0 || head[0] != '{') {
            throw UserError.of("%s: its header is not a JSON object", file);
        }
        try (JsonParser json = JSON.createParser(head)) {
            SafetensorsHeader header = new SafetensorsHeader(file, json, 8 + length, size - 8 - length);
            return new Content(header.inOrder(), header.metadata);
        } catch (JsonProcessingException e) {
            throw UserError.of("%s: its header is not valid JSON: %s", file, JsonText.reason(e));
        }
    }

    private static ByteBuffer bytes(Path file, FileChannel channel, long from, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(count);
        readFully(file, channel, from, buffer);
        return buffer.flip();
    }

    /** Fills the buffer; a single read may give fewer bytes than asked for. */
    static void readFully(Path file, FileChannel channel, long from, ByteBuffer buffer) throws IOException {
        long next = from;
        while (buffer.hasRemaining()) {
            int read = channel.read(buffer, next);
            if (read < 0) {
                throw UserError.of("%s: it became shorter while it was read", file);
            }
            next += read;
        }
    }

    private Map<String, Entry> inOrder() throws IOException {
        List<Entry> entries = entries();
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
        if (next != dataStart + dataSize) {
            throw UserError.of("%s: %d bytes after the last tensor belong to none", file, dataStart + dataSize - next);
        }
        return byName;
    }

    private List<Entry> entries() throws IOException {
        List<Entry> entries = new ArrayList<>();
        json.nextToken();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            if (name.length() > LONGEST_NAME || name.chars().anyMatch(Character::isISOControl)) {
                throw UserError.of("%s: tensor %d has a name that cannot be printed", file, entries.size() + 1);
            }
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw UserError.of("%s: the entry of %s is not a JSON object", file, name);
            }
            if (name.equals("__metadata__")) {
                texts();
            } else if (entries.size() == MOST_TENSORS) {
                throw UserError.of("%s: more than %d tensors", file, MOST_TENSORS);
            } else {
                entries.add(entry(name));
            }
        }
        if (json.nextToken() != null) {
            throw UserError.of("%s: its header goes on after the JSON object", file);
        }
        return entries;
    }

    /** What the format allows beside tensors: texts by name, and nothing else. */
    private void texts() throws IOException {
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String key = json.currentName();
            if (json.nextToken() != JsonToken.VALUE_STRING) {
                throw UserError.of("%s: %s in __metadata__ is not a text, and the format allows texts alone", file,
                        Fields.shortened(key));
            }
            metadata.put(key, json.getText());
        }
    }

    private Entry entry(String name) throws IOException {
        TensorType type = null;
        long[] shape = null;
        long[] offsets = null;
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String key = json.currentName();
            json.nextToken();
            switch (key) {
                case "dtype" -> type = type(name);
                case "shape" -> shape = numbers(name, key);
                case "data_offsets" -> offsets = numbers(name, key);
                default -> json.skipChildren();
            }
        }
        if (type == null || shape == null || offsets == null || offsets.length != 2) {
            throw UserError.of("%s: tensor %s needs a dtype, a shape and two data_offsets", file, name);
        }
        long begin = offsets[0];
        long end = offsets[1];
        if (end < begin || end > dataSize) {
            throw UserError.of("%s: tensor %s lies at bytes %d to %d, the file holds %d: is it cut short?", file, name,
                    begin, end, dataSize);
        }
        if (end - begin != size(name, type, shape)) {
            throw UserError.of("%s: tensor %s has %d bytes, its shape %s of %s needs %d", file, name, end - begin,
                    Arrays.toString(shape), type, size(name, type, shape));
        }
        return new Entry(name, type, shape, dataStart + begin, dataStart + end);
    }

    private TensorType type(String name) throws IOException {
        String word = json.currentToken() == JsonToken.VALUE_STRING ? json.getText() : "";
        return TensorType.of(word).orElseThrow(() -> UserError.of("%s: tensor %s has dtype %s, which is not read: store "
                + "it as F32, F16 or BF16", file, name, Fields.shortened(word)));
    }

    /** A list of whole numbers from 0 to 2⁶³ − 1. */
    private long[] numbers(String name, String key) throws IOException {
        long[] numbers = new long[MOST_DIMENSIONS];
        int count = 0;
        boolean fits = json.currentToken() == JsonToken.START_ARRAY;
        while (fits && json.nextToken() != JsonToken.END_ARRAY) {
            fits = count < MOST_DIMENSIONS && json.currentToken() == JsonToken.VALUE_NUMBER_INT
                    && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER && json.getLongValue() >= 0;
            if (fits) {
                numbers[count++] = json.getLongValue();
            }
        }
        if (!fits) {
            throw UserError.of("%s: the %s of tensor %s must be a list of at most %d whole numbers, none below 0 or "
                    + "past 2^63", file, key, name, MOST_DIMENSIONS);
        }
        return Arrays.copyOf(numbers, count);
    }

    private long size(String name, TensorType type, long[] shape) {
        long bytes = type.bytes;
        boolean empty = false;
        for (long dimension : shape) {
            empty |= dimension == 0;
            if (dimension > 0 && bytes > Long.MAX_VALUE / dimension) {
                throw UserError.of("%s: tensor %s has shape %s, more than any file can hold", file, name,
                        Arrays.toString(shape));
            }
            bytes *= Math.max(dimension, 1);
        }
        return empty ? 0 : bytes;
    }
}
