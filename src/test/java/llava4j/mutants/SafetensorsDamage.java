package llava4j.mutants;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;

/**
 * What is done to a safetensors file: 8 bytes of length, a head in JSON that says where each tensor lies, the tensors.
 */
final class SafetensorsDamage {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** The head of a file, its tensors by name, and all that follows. */
    private record Parts(ObjectNode head, byte[] tensors) {

        static Parts of(byte[] file) throws IOException {
            int length = (int) length(file);
            return new Parts((ObjectNode) JSON.readTree(file, 8, length),
                    java.util.Arrays.copyOfRange(file, 8 + length, file.length));
        }

        List<String> names() {
            List<String> names = new ArrayList<>();
            head.fieldNames().forEachRemaining(name -> names.add(name));
            names.remove("__metadata__");
            return names;
        }
    }

    private SafetensorsDamage() {
    }

    /** Damage to the head alone; what a changed tensor comes to depends on who reads it. */
    static List<Damage> head() {
        List<Damage> damages = new ArrayList<>(List.of(
                metadata("metadata with a number in it", "{\"format\": 1}"),
                metadata("metadata with an object in it", "{\"format\": {\"a\": \"b\"}}"),
                metadata("metadata with null in it", "{\"format\": null}"),
                metadata("metadata that are a list", "[\"pt\"]"),
                metadata("metadata that are a text", "\"pt\""),
                one("offsets moved by a byte, so that tensors overlap", (entry, random) ->
                        offsets(entry, offset(entry, 0) - 1, offset(entry, 1) - 1)),
                one("offsets the wrong way round", (entry, random) -> offsets(entry, offset(entry, 1), offset(entry, 0))),
                one("an end past the end of the file", (entry, random) -> offsets(entry, offset(entry, 0), 1L << 40)),
                one("an end of 2^63 - 1", (entry, random) -> offsets(entry, offset(entry, 0), Long.MAX_VALUE)),
                one("a begin of -1", (entry, random) -> offsets(entry, -1, offset(entry, 1))),
                one("three offsets", (entry, random) -> ((ArrayNode) entry.get("data_offsets")).add(offset(entry, 1))),
                one("a shape whose product overflows", (entry, random) -> entry.putArray("shape")
                        .add(1L << 33).add(1L << 33).add(1L << 33)),
                one("a dimension more", (entry, random) -> ((ArrayNode) entry.get("shape")).add(2)),
                one("a dimension of -1", (entry, random) -> ((ArrayNode) entry.get("shape")).set(0, JSON.valueToTree(-1))),
                one("a dimension of 1.5", (entry, random) -> ((ArrayNode) entry.get("shape")).set(0, JSON.valueToTree(1.5))),
                one("a thousand dimensions of 1", (entry, random) -> {
                    for (int i = 0; i < 1000; i++) {
                        ((ArrayNode) entry.get("shape")).add(1);
                    }
                }),
                one("a shape that is a text", (entry, random) -> entry.put("shape", "[2]")),
                one("another type of the same size (I32)", (entry, random) -> entry.put("dtype", "I32"), Expected.EITHER),
                one("a type of another size (F64)", (entry, random) -> entry.put("dtype", "F64")),
                one("a type that is not there (F7)", (entry, random) -> entry.put("dtype", "F7")),
                one("a type in small letters", (entry, random) -> entry.put("dtype", "f32")),
                one("a type that is a number", (entry, random) -> entry.put("dtype", 32)),
                one("no type", (entry, random) -> entry.remove("dtype")),
                one("no shape", (entry, random) -> entry.remove("shape")),
                one("no offsets", (entry, random) -> entry.remove("data_offsets")),
                one("an entry more", (entry, random) -> entry.putNull("x_comment"), Expected.EITHER),
                (file, random) -> swapped(file, random),
                (file, random) -> renamed(file, random),
                (file, random) -> dropped(file, random),
                (file, random) -> twice(file, random),
                (file, random) -> withHead("a head of -1 bytes", -1L, file),
                (file, random) -> withHead("a head of 2^63 - 1 bytes", Long.MAX_VALUE, file),
                (file, random) -> withHead("a head of 0 bytes", 0, file),
                (file, random) -> withHead("a head longer than the file", file.length, file),
                (file, random) -> withHead("a head that is said one byte shorter", length(file) - 1, file),
                (file, random) -> withHead("a head that is said one byte longer", length(file) + 1, file),
                (file, random) -> new Mutant("a byte after the last tensor",
                        ByteDamage.joined(file, file.length, new byte[1], file.length), Expected.REFUSED),
                (file, random) -> inHead(file, "the head with NaN for a shape", head -> head.replaceFirst("\\[\\d+", "[NaN")),
                (file, random) -> inHead(file, "the head with text after it", head -> head.strip() + "{}"),
                (file, random) -> inHead(file, "the head behind a space", head -> " " + head),
                (file, random) -> inHead(file, "the head as a list", head -> "[" + head + "]"),
                (file, random) -> inHead(file, "the head with 100,000 lists in each other", head ->
                        "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "," + head.substring(1)),
                (file, random) -> inHead(file, "the head with a comment", head -> "{/* */" + head.substring(1))));
        return damages;
    }

    static long length(byte[] file) {
        return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }

    static byte[] file(String head, byte[] tensors) {
        byte[] bytes = head.getBytes(UTF_8);
        return ByteBuffer.allocate(8 + bytes.length + tensors.length).order(ByteOrder.LITTLE_ENDIAN).putLong(bytes.length)
                .put(bytes).put(tensors).array();
    }

    private static Damage metadata(String name, String json) {
        return (file, random) -> {
            Parts parts = Parts.of(file);
            parts.head().set("__metadata__", JSON.readTree(json));
            return new Mutant(name, file(parts.head().toString(), parts.tensors()), Expected.REFUSED);
        };
    }

    private static Damage one(String name, BiConsumer<ObjectNode, Random> change) {
        return one(name, change, Expected.REFUSED);
    }

    /** One tensor's entry in the head. */
    private static Damage one(String name, BiConsumer<ObjectNode, Random> change, Expected expected) {
        return (file, random) -> {
            Parts parts = Parts.of(file);
            String tensor = any(parts, random);
            change.accept((ObjectNode) parts.head().get(tensor), random);
            return new Mutant(tensor + ": " + name, file(parts.head().toString(), parts.tensors()), expected);
        };
    }

    /** A tensor with a shape, and not the first of the file. */
    private static String any(Parts parts, Random random) {
        List<String> names = parts.names();
        String name;
        do {
            name = names.get(random.nextInt(names.size()));
        } while (parts.head().get(name).get("shape").isEmpty() || offset(parts.head().get(name), 0) == 0);
        return name;
    }

    private static long offset(JsonNode entry, int which) {
        return entry.get("data_offsets").get(which).asLong();
    }

    private static void offsets(ObjectNode entry, long begin, long end) {
        entry.putArray("data_offsets").add(begin).add(end);
    }

    /** Two tensors of the same size change places: no reader can see it but by a checksum. */
    private static Mutant swapped(byte[] file, Random random) throws IOException {
        Parts parts = Parts.of(file);
        String first = any(parts, random);
        String second = any(parts, random);
        JsonNode entry = parts.head().get(first);
        parts.head().set(first, parts.head().get(second));
        parts.head().set(second, entry);
        return new Mutant(first + " and " + second + " change places", file(parts.head().toString(), parts.tensors()),
                Expected.EITHER);
    }

    private static Mutant renamed(byte[] file, Random random) throws IOException {
        Parts parts = Parts.of(file);
        String name = any(parts, random);
        parts.head().set(name + "\nsecond line", parts.head().remove(name));
        return new Mutant(name + " has a line break in its name", file(parts.head().toString(), parts.tensors()),
                Expected.REFUSED);
    }

    private static Mutant dropped(byte[] file, Random random) throws IOException {
        Parts parts = Parts.of(file);
        String name = any(parts, random);
        parts.head().remove(name);
        return new Mutant(name + " is not in the head", file(parts.head().toString(), parts.tensors()), Expected.REFUSED);
    }

    private static Mutant twice(byte[] file, Random random) throws IOException {
        Parts parts = Parts.of(file);
        String name = any(parts, random);
        String head = parts.head().toString();
        return new Mutant(name + " twice in the head", file("{\"" + name + "\":" + parts.head().get(name) + ","
                + head.substring(1), parts.tensors()), Expected.REFUSED);
    }

    private static Mutant withHead(String name, long length, byte[] file) {
        byte[] bytes = file.clone();
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
        return new Mutant(name, bytes, Expected.REFUSED);
    }

    private static Mutant inHead(byte[] file, String name, java.util.function.UnaryOperator<String> change) throws IOException {
        Parts parts = Parts.of(file);
        return new Mutant(name, file(change.apply(parts.head().toString()), parts.tensors()), Expected.REFUSED);
    }
}
