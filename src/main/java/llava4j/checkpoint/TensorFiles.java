package llava4j.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import llava4j.execution.NativeMemory;
import llava4j.error.UserError;
import llava4j.json.Fields;
import llava4j.json.JsonFile;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The tensors of a model directory: one {@code model.safetensors}, or shards and the index that says what lies where.
 *
 * <p>Loading is strict: every tensor that is missing, has another shape, or is not known is named, in one message. A model
 * with a forgotten or misnamed tensor still computes something, and that is the worst outcome.
 */
final class TensorFiles {

    private static final int MOST_NAMED = 8;

    /** A tensor as a file has it, under the file's name. */
    private record Stored(Path file, String name, String type, long[] shape) {

        boolean sixteenBits() {
            return TensorType.valueOf(type).asStored().isPresent();
        }
    }

    private final Path directory;
    private final Map<String, Stored> tensors = new LinkedHashMap<>();

    /**
     * Lists what some files of a directory hold.
     *
     * @param rename from the file's names to ours
     * @throws UserError if a file cannot be read, or two tensors have the same name of ours
     */
    TensorFiles(Path directory, Collection<Path> files, UnaryOperator<String> rename) {
        this.directory = directory;
        for (Path file : files) {
            try (Safetensors opened = Safetensors.open(file)) {
                for (String name : opened.names()) {
                    if (!TensorNames.stale(name)) {
                        Stored twin = tensors.put(rename.apply(name), new Stored(file, name,
                                opened.type(name), opened.shape(name)));
                        if (twin != null) {
                            throw UserError.of("%s: tensor %s of %s is tensor %s of %s again: keep one of the two",
                                    directory, name, file.getFileName(), twin.name(), twin.file().getFileName());
                        }
                    }
                }
            }
        }
    }

    /** Whether a directory has the weights of a model, in one file or in shards. */
    static boolean areIn(Path directory) {
        return Files.exists(directory.resolve("model.safetensors"))
                || Files.exists(directory.resolve("model.safetensors.index.json"));
    }

    /**
     * The safetensors files of a directory.
     *
     * @throws UserError if there are none, or the index names a file that is missing, outside the directory, or without
     *                   the tensors it should have
     */
    static Set<Path> in(Path directory) {
        Path single = directory.resolve("model.safetensors");
        Path index = directory.resolve("model.safetensors.index.json");
        if (Files.exists(single)) {
            return new TreeSet<>(Set.of(single));
        }
        if (!Files.exists(index)) {
            throw UserError.of("%s: no model.safetensors here: %s", directory, insteadOfWeights(directory));
        }
        Map<String, Set<String>> byFile = indexed(index);
        byFile.forEach((name, tensors) -> {
            Path file = directory.resolve(name);
            if (!Files.isRegularFile(file)) {
                throw UserError.of("%s: names %s, which is not there: copy all shards", index, name);
            }
            try (Safetensors opened = Safetensors.open(file)) {
                tensors.removeAll(opened.names());
            }
            if (!tensors.isEmpty()) {
                throw UserError.of("%s: says that %s holds %s, but it does not", index, name, list(tensors));
            }
        });
        return byFile.keySet().stream().map(directory::resolve).collect(Collectors.toCollection(TreeSet::new));
    }

    /** What a directory without weights holds instead, and what to do about it. */
    private static String insteadOfWeights(Path directory) {
        String[] names = directory.toFile().list();
        Set<String> files = new TreeSet<>(names == null ? List.of() : Arrays.asList(names));
        Set<String> shards = files.stream().filter(name -> name.matches("model-\\d+-of-\\d+\\.safetensors"))
                .collect(Collectors.toCollection(TreeSet::new));
        if (!shards.isEmpty()) {
            return "there are shards (" + list(shards) + ") but no model.safetensors.index.json: copy the index too";
        }
        Set<String> others = files.stream().filter(name -> name.matches(".*\\.(bin|pt|pth|gguf|ckpt|h5|msgpack)"))
                .collect(Collectors.toCollection(TreeSet::new));
        return others.isEmpty() ? "give a directory with weights in this format"
                : list(others) + " is not read: save the model in the safetensors format";
    }

    /** Names of the tensors that each shard should hold. */
    private static Map<String, Set<String>> indexed(Path index) {
        JsonNode map = JsonFile.object(index).json().path("weight_map");
        if (!map.isObject() || map.isEmpty()) {
            throw UserError.of("%s: no \"weight_map\" in it", index);
        }
        Map<String, Set<String>> byFile = new TreeMap<>();
        for (Iterator<Map.Entry<String, JsonNode>> fields = map.fields(); fields.hasNext(); ) {
            Map.Entry<String, JsonNode> field = fields.next();
            String name = field.getValue().asText();
            // A plain name, so that an index cannot lead out of its directory
            if (!name.matches("[A-Za-z0-9._-]+\\.safetensors")) {
                throw UserError.of("%s: %s is not the name of a safetensors file in this directory", index,
                        Fields.shortened(field.getValue().toString()));
            }
            byFile.computeIfAbsent(name, first -> new LinkedHashSet<>()).add(field.getKey());
        }
        return byFile;
    }

    /** Whether there is a tensor of this name (ours). */
    boolean holds(String name) {
        return tensors.containsKey(name);
    }

    /** Leaves out what {@link #load} would otherwise call unknown. */
    TensorFiles only(Set<String> names) {
        tensors.keySet().retainAll(names);
        return this;
    }

    /**
     * The tensors, in float32 or, where that is wanted and the file has them in 16 bits, over the file's own bytes.
     *
     * @param expected name (ours) to shape
     * @param asStored which names (ours) may stay in 16 bits
     * @throws UserError naming each missing, wrong-shaped and unknown tensor, or if there is no room for them
     */
    Map<String, INDArray> load(Map<String, long[]> expected, Predicate<String> asStored) {
        check(expected);
        Map<String, long[]> widened = new LinkedHashMap<>(expected);
        widened.keySet().removeIf(name -> asStored.test(name) && tensors.get(name).sixteenBits());
        NativeMemory.check(directory, widened);
        Map<Path, Set<String>> byFile = new LinkedHashMap<>();
        expected.keySet().forEach(name ->
                byFile.computeIfAbsent(tensors.get(name).file(), first -> new LinkedHashSet<>()).add(name));
        Map<String, INDArray> arrays = new LinkedHashMap<>();
        byFile.forEach((file, names) -> {
            try (Safetensors opened = Safetensors.open(file)) {
                names.forEach(name -> arrays.put(name, asStored.test(name)
                        ? opened.getAsStored(tensors.get(name).name()) : opened.get(tensors.get(name).name())));
            }
        });
        return arrays;
    }

    /** The same numbers, each tensor brought back to the 16 bits of its file where it was widened on loading. */
    Map<String, INDArray> inTheirTypes(Map<String, INDArray> arrays) {
        Map<String, INDArray> stored = new LinkedHashMap<>();
        arrays.forEach((name, array) -> {
            // The one name that may not be found is that of a tied matrix stored as the other of the two
            DataType type = tensors.containsKey(name)
                    ? TensorType.valueOf(tensors.get(name).type()).asStored().orElse(array.dataType()) : array.dataType();
            stored.put(name, array.dataType() == type ? array : array.castTo(type));
        });
        return stored;
    }

    private void check(Map<String, long[]> expected) {
        Set<String> missing = new LinkedHashSet<>(expected.keySet());
        missing.removeAll(tensors.keySet());
        Set<String> unknown = new LinkedHashSet<>();
        Set<String> misshapen = new LinkedHashSet<>();
        Set<String> mistyped = new LinkedHashSet<>();
        tensors.forEach((name, stored) -> {
            long[] shape = expected.get(name);
            if (shape == null) {
                unknown.add(stored.name());
            } else if (!Arrays.equals(shape, stored.shape())) {
                misshapen.add(stored.name() + " " + Arrays.toString(stored.shape()) + " instead of "
                        + Arrays.toString(shape));
            } else if (!TensorType.valueOf(stored.type()).holdsWeights()) {
                mistyped.add(stored.name() + " " + stored.type());
            }
        });
        if (!missing.isEmpty() || !unknown.isEmpty() || !misshapen.isEmpty()) {
            throw UserError.of("%s: the tensors do not fit config.json:%s%s%s", directory, part(" missing", missing),
                    part(" unknown", unknown), part(" wrong shape", misshapen));
        }
        if (!mistyped.isEmpty()) {
            throw UserError.of("%s: weights are read from F32, F16 and BF16 alone, not %s: store them as F32", directory,
                    list(mistyped));
        }
    }

    private static String part(String what, Set<String> names) {
        return names.isEmpty() ? "" : what + ": " + list(names) + ";";
    }

    private static String list(Set<String> names) {
        String listed = names.stream().limit(MOST_NAMED).map(Fields::shortened).collect(Collectors.joining(", "));
        return names.size() <= MOST_NAMED ? listed : listed + " and " + (names.size() - MOST_NAMED) + " more";
    }
}
