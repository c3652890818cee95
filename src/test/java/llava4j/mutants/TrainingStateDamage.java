package llava4j.mutants;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * What is done to the state of a stopped run. Nothing in it may be another than it was: a run that goes on from other
 * weights ends in a model that nobody asked for.
 */
final class TrainingStateDamage {

    private static final ObjectMapper JSON = new ObjectMapper();

    private TrainingStateDamage() {
    }

    static List<Damage> damages() {
        List<Damage> damages = new ArrayList<>();
        for (String tensor : List.of("weight.", "moment.m.", "moment.v.", "losses", "step")) {
            damages.add((file, random) -> flipped(file, random, tensor));
        }
        for (long step : new long[] {-1, 0, 1, 99, 101, 102, 103, 1L << 31, Long.MAX_VALUE, Long.MIN_VALUE}) {
            damages.add((file, random) -> new Mutant("step " + step, put(file, "step", step), Expected.REFUSED));
        }
        damages.add((file, random) -> resized(file, "losses", 99));
        damages.add((file, random) -> resized(file, "losses", 101));
        damages.add((file, random) -> resized(file, "losses", 0));
        damages.add((file, random) -> resized(file, "step", 1));
        damages.add((file, random) -> resized(file, "step", 0));
        for (String tensor : List.of("weight.", "moment.m.", "moment.v.")) {
            damages.add((file, random) -> typed(file, random, tensor, "I64"));
            damages.add((file, random) -> typed(file, random, tensor, "F64"));
            damages.add((file, random) -> typed(file, random, tensor, "I32"));
            damages.add((file, random) -> typed(file, random, tensor, "F16"));
            damages.add((file, random) -> shaped(file, random, tensor));
            damages.add((file, random) -> without(file, random, tensor));
        }
        damages.add((file, random) -> without(file, random, "losses"));
        damages.add((file, random) -> without(file, random, "step"));
        damages.addAll(ByteDamage.of(Expected.REFUSED_OR_SAME, Expected.REFUSED));
        SafetensorsDamage.head().forEach(damage -> damages.add((file, random) -> strictly(damage.of(file, random))));
        return damages;
    }

    /** Where another reader may take a file for another that is right as well, this one may not. */
    private static Mutant strictly(Mutant mutant) {
        return new Mutant(mutant.name(), mutant.content(), mutant.expected() == Expected.EITHER
                ? Expected.REFUSED_OR_SAME : mutant.expected());
    }

    private static ObjectNode head(byte[] file) throws IOException {
        return (ObjectNode) JSON.readTree(file, 8, (int) SafetensorsDamage.length(file));
    }

    private static int tensorsAt(byte[] file) {
        return 8 + (int) SafetensorsDamage.length(file);
    }

    private static String name(byte[] file, Random random, String prefix) throws IOException {
        List<String> names = new ArrayList<>();
        head(file).fieldNames().forEachRemaining(name -> {
            if (name.startsWith(prefix)) {
                names.add(name);
            }
        });
        return names.get(random.nextInt(names.size()));
    }

    private static int begin(byte[] file, String tensor) throws IOException {
        return head(file).get(tensor).get("data_offsets").get(0).asInt();
    }

    private static int end(byte[] file, String tensor) throws IOException {
        return head(file).get(tensor).get("data_offsets").get(1).asInt();
    }

    private static Mutant flipped(byte[] file, Random random, String prefix) throws IOException {
        String tensor = name(file, random, prefix);
        int place = begin(file, tensor) + random.nextInt(end(file, tensor) - begin(file, tensor));
        int bit = random.nextInt(8);
        byte[] bytes = file.clone();
        bytes[tensorsAt(file) + place] ^= (byte) (1 << bit);
        return new Mutant(tensor + ": bit " + bit + " of byte " + (place - begin(file, tensor)) + " flipped", bytes,
                Expected.REFUSED);
    }

    private static byte[] put(byte[] file, String tensor, long value) throws IOException {
        byte[] bytes = file.clone();
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(tensorsAt(file) + begin(file, tensor), value);
        return bytes;
    }

    /** A vector of 8-byte numbers of another length, and all offsets after it moved. */
    private static Mutant resized(byte[] file, String tensor, int length) throws IOException {
        byte[] bytes = Arrays.copyOf(Arrays.copyOfRange(file, tensorsAt(file) + begin(file, tensor),
                tensorsAt(file) + end(file, tensor)), 8 * length);
        ObjectNode head = head(file);
        ((ObjectNode) head.get(tensor)).putArray("shape").add(length);
        return replaced(file, tensor, head, bytes, tensor + " has " + length + " numbers");
    }

    /** The same numbers, as far as that goes, in another type. */
    private static Mutant typed(byte[] file, Random random, String prefix, String type) throws IOException {
        String tensor = name(file, random, prefix);
        ByteBuffer from = ByteBuffer.wrap(file, tensorsAt(file) + begin(file, tensor),
                end(file, tensor) - begin(file, tensor)).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer to = ByteBuffer.allocate(2 * from.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        while (from.hasRemaining()) {
            float number = from.getFloat();
            switch (type) {
                case "I64" -> to.putLong((long) number);
                case "F64" -> to.putDouble(number);
                case "I32" -> to.putInt((int) number);
                default -> to.putShort((short) (Float.floatToIntBits(number) >> 16));
            }
        }
        ObjectNode head = head(file);
        ((ObjectNode) head.get(tensor)).put("dtype", type);
        return replaced(file, tensor, head, Arrays.copyOf(to.array(), to.position()), tensor + " as " + type);
    }

    private static Mutant shaped(byte[] file, Random random, String prefix) throws IOException {
        String tensor = name(file, random, prefix);
        ObjectNode head = head(file);
        int numbers = (end(file, tensor) - begin(file, tensor)) / 4;
        boolean flat = head.get(tensor).get("shape").size() == 1;
        ((ObjectNode) head.get(tensor)).putArray("shape").add(numbers);
        if (flat) {
            ((ObjectNode) head.get(tensor)).putArray("shape").add(numbers).add(1);
        }
        return new Mutant(tensor + " in another shape", SafetensorsDamage.file(head.toString(),
                Arrays.copyOfRange(file, tensorsAt(file), file.length)), Expected.REFUSED);
    }

    private static Mutant without(byte[] file, Random random, String prefix) throws IOException {
        String tensor = name(file, random, prefix);
        ObjectNode head = head(file);
        Mutant shorter = replaced(file, tensor, head, new byte[0], tensor + " left out");
        ObjectNode without = (ObjectNode) JSON.readTree(shorter.content(), 8,
                (int) SafetensorsDamage.length(shorter.content()));
        without.remove(tensor);
        return new Mutant(shorter.name(), SafetensorsDamage.file(without.toString(), Arrays.copyOfRange(shorter.content(),
                tensorsAt(shorter.content()), shorter.content().length)), Expected.REFUSED);
    }

    /** Other bytes for one tensor; the offsets of those after it move along. */
    private static Mutant replaced(byte[] file, String tensor, ObjectNode head, byte[] bytes, String name) throws IOException {
        int begin = begin(file, tensor);
        int end = end(file, tensor);
        int moved = bytes.length - (end - begin);
        head.properties().forEach(entry -> {
            if (!entry.getKey().equals("__metadata__")) {
                long from = entry.getValue().get("data_offsets").get(0).asLong();
                long to = entry.getValue().get("data_offsets").get(1).asLong();
                boolean here = entry.getKey().equals(tensor);
                ((ObjectNode) entry.getValue()).putArray("data_offsets").add(!here && from >= end ? from + moved : from)
                        .add(here || from >= end ? to + moved : to);
            }
        });
        byte[] tensors = Arrays.copyOfRange(file, tensorsAt(file), file.length);
        return new Mutant(name, SafetensorsDamage.file(head.toString(), ByteDamage.joined(tensors, begin, bytes, end)),
                Expected.REFUSED);
    }
}
