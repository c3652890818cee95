package llava4j.mutants;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** All that lies in a folder, by name: bytes, {@code null} for a folder. */
record Written(Map<String, byte[]> files) {

    private static final ObjectMapper JSON = new ObjectMapper();

    static Written in(Path folder) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        for (Path path : everything(folder)) {
            files.put(folder.relativize(path).toString(), Files.isDirectory(path) ? null : Files.readAllBytes(path));
        }
        return new Written(files);
    }

    /** Makes the folder hold this and nothing else. */
    void restore(Path folder) throws IOException {
        List<Path> there = everything(folder);
        there.sort(Comparator.reverseOrder());
        for (Path path : there) {
            Files.delete(path);
        }
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path path = folder.resolve(file.getKey());
            if (file.getValue() == null) {
                Files.createDirectories(path);
            } else {
                Files.write(path, file.getValue());
            }
        }
    }

    private static List<Path> everything(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return new ArrayList<>();
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            return new ArrayList<>(paths.toList());
        }
    }

    Set<String> names() {
        return files.keySet();
    }

    /**
     * Whether the files say the same; the order of a JSON object's keys says nothing. The state of a run names the data by
     * a checksum of the file, so that other white space is other data to it: it is not compared. Nor is the log, which holds times.
     */
    boolean same(Written other) {
        return names().equals(other.names()) && names().stream().filter(name -> !name.startsWith("training-state")
                && !name.startsWith("train-log"))
                .allMatch(name -> {
                    byte[] mine = files.get(name);
                    byte[] its = other.files.get(name);
                    return Arrays.equals(mine, its) || name.endsWith(".json") && tree(mine).equals(tree(its));
                });
    }

    private static JsonNode tree(byte[] json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** To the byte. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Written that && names().equals(that.names())
                && names().stream().allMatch(name -> Arrays.equals(files.get(name), that.files.get(name)));
    }

    @Override
    public int hashCode() {
        return names().hashCode();
    }
}
