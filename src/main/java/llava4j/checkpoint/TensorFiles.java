package llava4j.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import llava4j.error.UserError;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The tensors of a model directory: one {@code model.safetensors}, or shards and the index that says what lies where.
 *
 * <p>Loading is strict: every tensor that is missing, has another shape, or is not known is named, in one message. A model
 * with a forgotten or misnamed tensor still computes something, and that is the worst outcome.
 */
final class TensorFiles {

    private static final int MOST_NAMED = 8;

    private TensorFiles() {
    }

    /**
     * The safetensors files of a directory.
     *
     * @throws UserError if there are none, or the index names a file that is missing or outside the directory
     */
    static Set<Path> in(Path directory) {
        Path single = directory.resolve("model.safetensors");
        Path index = directory.resolve("model.safetensors.index.json");
        if (Files.exists(single)) {
            return Set.of(single);
        }
        if (!Files.exists(index)) {
            throw UserError.of("%s: no model.safetensors here: is this a model directory with weights?", directory);
        }
        JsonNode map = ConfigNode.read(index).json().path("weight_map");
        if (!map.isObject() || map.isEmpty()) {
            throw UserError.of("%s: no \"weight_map\" in it", index);
        }
        Set<Path> files = new TreeSet<>();
        for (JsonNode value : map) {
            String name = value.asText();
            // A plain name, so that an index cannot lead out of its directory
            if (!value.isTextual() || !name.matches("[A-Za-z0-9._-]+\\.safetensors")) {
                throw UserError.of("%s: \"%s\" is not the name of a file in this directory", index, name);
            }
            Path file = directory.resolve(name);
            if (!Files.isRegularFile(file)) {
                throw UserError.of("%s: names %s, which is not there: copy all shards", index, name);
            }
            files.add(file);
        }
        verify(index, map, directory);
        return files;
    }

    private static void verify(Path index, JsonNode map, Path directory) {
        Map<String, Set<String>> byFile = new LinkedHashMap<>();
        for (Iterator<Map.Entry<String, JsonNode>> fields = map.fields(); fields.hasNext(); ) {
            Map.Entry<String, JsonNode> field = fields.next();
            byFile.computeIfAbsent(field.getValue().asText(), f -> new LinkedHashSet<>()).add(field.getKey());
        }
        byFile.forEach((file, names) -> {
            try (Safetensors tensors = Safetensors.open(directory.resolve(file))) {
                Set<String> absent = new LinkedHashSet<>(names);
                absent.removeAll(tensors.names());
                if (!absent.isEmpty()) {
                    throw UserError.of("%s: says %s holds %s, but it does not", index, file, list(absent));
                }
            }
        });
    }

    /**
     * Loads what is expected from some files.
     *
     * @param rename   from the file's names to ours
     * @param expected name to shape
     * @param wanted   which of our names are looked for at all; others in the files are left alone
     * @throws UserError naming each missing, wrong-shaped and unknown tensor
     */
    static Map<String, INDArray> load(Path place, Set<Path> files, UnaryOperator<String> rename,
                                      Map<String, long[]> expected, java.util.function.Predicate<String> wanted) {
        Map<String, Path> found = new LinkedHashMap<>();
        Map<String, String> original = new LinkedHashMap<>();
        Set<String> unknown = new LinkedHashSet<>();
        Set<String> misshapen = new LinkedHashSet<>();
        for (Path file : files) {
            try (Safetensors tensors = Safetensors.open(file)) {
                for (String name : tensors.names()) {
                    String ours = rename.apply(name);
                    if (TensorNames.stale(name) || !wanted.test(ours)) {
                        continue;
                    }
                    if (found.put(ours, file) != null) {
                        throw UserError.of("%s: tensor %s is there twice", place, name);
                    }
                    original.put(ours, name);
                    long[] shape = expected.get(ours);
                    if (shape == null) {
                        unknown.add(name);
                    } else if (!Arrays.equals(shape, tensors.shape(name))) {
                        misshapen.add(name + " " + Arrays.toString(tensors.shape(name)) + " instead of "
                                + Arrays.toString(shape));
                    }
                }
            }
        }
        Set<String> missing = new LinkedHashSet<>(expected.keySet());
        missing.removeAll(found.keySet());
        if (!missing.isEmpty() || !unknown.isEmpty() || !misshapen.isEmpty()) {
            throw UserError.of("%s: the tensors do not fit config.json:%s%s%s", place, part("missing", missing),
                    part("unknown", unknown), part("wrong shape", misshapen));
        }
        Map<String, INDArray> arrays = new LinkedHashMap<>();
        for (Path file : files) {
            try (Safetensors tensors = Safetensors.open(file)) {
                expected.keySet().stream().filter(name -> found.get(name).equals(file))
                        .forEach(name -> arrays.put(name, tensors.get(original.get(name))));
            }
        }
        return arrays;
    }

    private static String part(String what, Set<String> names) {
        return names.isEmpty() ? "" : " " + what + ": " + list(names) + ";";
    }

    private static String list(Set<String> names) {
        String listed = names.stream().limit(MOST_NAMED).collect(Collectors.joining(", "));
        return names.size() <= MOST_NAMED ? listed : listed + " and " + (names.size() - MOST_NAMED) + " more";
    }
}
