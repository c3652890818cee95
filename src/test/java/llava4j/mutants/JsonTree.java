package llava4j.mutants;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** What is done to what a JSON file says: a value of another type, a key left out, twice, or of nobody's. */
final class JsonTree {

    private static final ObjectMapper JSON = new ObjectMapper();
    /** Stands where something is put in that the library would not write. */
    private static final String HERE = "@here@";
    private static final double STOP = 0.15;

    /** A value within a document. */
    private record Place(JsonNode root, ContainerNode<?> parent, List<String> path) {

        String last() {
            return path.get(path.size() - 1);
        }

        JsonNode value() {
            return parent.isArray() ? parent.get(Integer.parseInt(last())) : parent.get(last());
        }

        /** The document with other text in place of the value. */
        String with(String json) {
            if (parent.isArray()) {
                ((ArrayNode) parent).set(Integer.parseInt(last()), TextNode.valueOf(HERE));
            } else {
                ((ObjectNode) parent).put(last(), HERE);
            }
            return root.toString().replace("\"" + HERE + "\"", json);
        }

        @Override
        public String toString() {
            String path = String.join("/", this.path);
            return path.length() <= 80 ? path : path.substring(0, 80) + "...";
        }
    }

    private JsonTree() {
    }

    /** @param known keys of the format; about any other place nothing is asked but a clean end */
    static List<Damage> of(KnownKeys known) {
        List<Damage> damages = new ArrayList<>();
        for (Replacement replacement : Replacement.values()) {
            damages.add((file, random) -> {
                Place place = place(file, random, known);
                return new Mutant(place + " is " + replacement.label(), place.with(replacement.json()),
                        known.with(place.path(), replacement));
            });
        }
        damages.add(2, (file, random) -> dropped(place(file, random, known), known));
        damages.add(4, (file, random) -> twice(key(file, random)));
        damages.add(5, (file, random) -> new Mutant("keys in the opposite order", reversed(JSON.readTree(file)).toString(),
                Expected.SAME));
        damages.add((file, random) -> new Mutant("every letter of a text as an escape", escaped(JsonText.text(file)),
                Expected.SAME));
        damages.add((file, random) -> dropped(place(file, random, known), known));
        damages.add((file, random) -> renamed(key(file, random), known));
        damages.add((file, random) -> foreign(file, random, known));
        return damages;
    }

    /**
     * Names of files that no file system has, or that lie elsewhere.
     *
     * @param key under which a file is named
     */
    static List<Damage> fileNames(String key) {
        return Stream.of("a\\u0000b.png", "a\\ud800b.png", "../../../etc/passwd", "/etc/passwd", "", ".", "a\\nb.png",
                "a".repeat(5000) + ".png", "gone.png").map(name -> text(key, name, Expected.EITHER)).toList();
    }

    /**
     * A text of one's own under a key, in any object that has it.
     *
     * @param text as JSON writes it, without the quotation marks
     */
    static Damage text(String key, String text, Expected expected) {
        return (file, random) -> {
            JsonNode root = JSON.readTree(file);
            List<JsonNode> parents = root.findParents(key);
            int chosen = random.nextInt(parents.size());
            Place place = new Place(root, (ObjectNode) parents.get(chosen), List.of(key));
            return new Mutant(key + " of number " + (chosen + 1) + " is \"" + (text.length() <= 40 ? text
                    : text.substring(0, 40) + "...") + "\"", place.with("\"" + text + "\""), expected);
        };
    }

    /**
     * Each number of a file in turn as something that it should not be.
     *
     * @param original the file that is to be damaged
     */
    static List<Damage> everyNumber(byte[] original, KnownKeys known) throws IOException {
        List<Damage> damages = new ArrayList<>();
        List<List<String>> paths = new ArrayList<>();
        numbers(JSON.readTree(original), List.of(), paths);
        for (List<String> path : paths) {
            for (Replacement replacement : List.of(Replacement.MINUS_ONE, Replacement.ZERO, Replacement.INT,
                    Replacement.DIGITS, Replacement.FRACTION, Replacement.TEXT, Replacement.NESTED)) {
                damages.add((file, random) -> {
                    Place place = at(JSON.readTree(file), path);
                    return new Mutant(place + " is " + replacement.label(), place.with(replacement.json()),
                            known.with(path, replacement));
                });
            }
        }
        return damages;
    }

    private static void numbers(JsonNode node, List<String> path, List<List<String>> found) {
        if (node.isNumber()) {
            found.add(path);
        }
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            numbers(field.getValue(), longer(path, field.getKey()), found);
        }
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            numbers(node.get(i), longer(path, String.valueOf(i)), found);
        }
    }

    private static List<String> longer(List<String> path, String key) {
        List<String> longer = new ArrayList<>(path);
        longer.add(key);
        return longer;
    }

    private static Place at(JsonNode root, List<String> path) {
        JsonNode parent = root;
        for (String key : path.subList(0, path.size() - 1)) {
            parent = parent.isArray() ? parent.get(Integer.parseInt(key)) : parent.get(key);
        }
        return new Place(root, (ContainerNode<?>) parent, path);
    }

    /** A walk from the root to a leaf, ended early at times; often a place that the format knows. */
    private static Place place(byte[] file, Random random, KnownKeys known) throws IOException {
        Place found = walk(file, random);
        for (int tries = 0; tries < 8 && !known.knows(found.path()); tries++) {
            found = walk(file, random);
        }
        return found;
    }

    private static Place walk(byte[] file, Random random) throws IOException {
        JsonNode root = JSON.readTree(file);
        JsonNode node = root;
        List<String> path = new ArrayList<>();
        ContainerNode<?> parent = null;
        while (node.isContainerNode() && !node.isEmpty() && (path.isEmpty() || random.nextDouble() > STOP)) {
            parent = (ContainerNode<?>) node;
            int index = random.nextInt(node.size());
            if (node.isObject()) {
                List<String> names = new ArrayList<>();
                node.fieldNames().forEachRemaining(names::add);
                path.add(names.get(index));
                node = node.get(names.get(index));
            } else {
                path.add(String.valueOf(index));
                node = node.get(index);
            }
        }
        return new Place(root, parent, path);
    }

    /** A value that has a key. */
    private static Place key(byte[] file, Random random) throws IOException {
        Place place;
        do {
            place = walk(file, random);
        } while (!place.parent().isObject());
        return place;
    }

    private static Mutant dropped(Place place, KnownKeys known) {
        if (place.parent().isArray()) {
            ((ArrayNode) place.parent()).remove(Integer.parseInt(place.last()));
        } else {
            ((ObjectNode) place.parent()).remove(place.last());
        }
        return new Mutant(place + " left out", place.root().toString(), known.without(place.path()));
    }

    /** The same key again with the same value: which of the two counts, no reader can know. */
    private static Mutant twice(Place place) throws IOException {
        String entry = JSON.writeValueAsString(place.value());
        return new Mutant(place + " twice", place.with(entry + "," + JSON.writeValueAsString(place.last()) + ":" + entry),
                Expected.REFUSED);
    }

    private static Mutant renamed(Place place, KnownKeys known) {
        JsonNode value = place.value();
        ((ObjectNode) place.parent()).remove(place.last());
        ((ObjectNode) place.parent()).set(place.last().toUpperCase(java.util.Locale.ROOT) + "_", value);
        return new Mutant(place + " under another key", place.root().toString(), known.without(place.path()));
    }

    /** A key that no format has; beside a key that the format names, it must be passed over. */
    private static Mutant foreign(byte[] file, Random random, KnownKeys known) throws IOException {
        Place place = key(file, random);
        for (int tries = 0; tries < 8 && !known.admitsOthersBeside(place.path()); tries++) {
            place = key(file, random);
        }
        ((ObjectNode) place.parent()).putNull("x_comment");
        return new Mutant("\"x_comment\": null beside " + place, place.root().toString(),
                known.admitsOthersBeside(place.path()) ? Expected.SAME : Expected.EITHER);
    }

    private static JsonNode reversed(JsonNode node) {
        if (node.isArray()) {
            ArrayNode list = JSON.createArrayNode();
            node.forEach(element -> list.add(reversed(element)));
            return list;
        }
        if (!node.isObject()) {
            return node;
        }
        List<Map.Entry<String, JsonNode>> fields = new ArrayList<>(node.properties());
        Collections.reverse(fields);
        Map<String, JsonNode> turned = new LinkedHashMap<>();
        fields.forEach(field -> turned.put(field.getKey(), reversed(field.getValue())));
        return JSON.createObjectNode().setAll(turned);
    }

    /** JSON lets any character be written as {@code \\uXXXX}. */
    private static String escaped(String json) {
        StringBuilder escaped = new StringBuilder();
        boolean within = false;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (within && c == '\\') {
                escaped.append(c).append(json.charAt(++i));
            } else {
                within ^= c == '"';
                escaped.append(within && Character.isLetter(c) ? String.format("\\u%04x", (int) c) : c);
            }
        }
        return escaped.toString();
    }
}
