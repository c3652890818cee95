package llava4j;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import llava4j.checkpoint.ModelDirectory;
import llava4j.checkpoint.Safetensors;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The tiny random models that {@code src/test/python/make_fixtures.py} wrote, and what transformers computes with them.
 */
public final class Fixtures {

    private Fixtures() {
    }

    /** A file or folder of the fixtures. */
    public static Path path(String name) {
        return Path.of("src/test/resources/fixtures", name);
    }

    /** {@code llava_linear}, {@code llava_mlp2x_gqa}, {@code clip} or {@code llama}. */
    public static ModelDirectory model(String name) {
        Path tower = path(name).resolve("vision_tower");
        return ModelDirectory.open(path(name), tower.toFile().exists() ? Optional.of(tower) : Optional.empty());
    }

    /** Inputs and results by the names that the Python script lists. */
    public static Map<String, INDArray> reference(String name) {
        try (Safetensors tensors = Safetensors.open(path(name).resolve("reference.safetensors"))) {
            return tensors.all();
        }
    }

    /** A JSON file of the fixtures, such as {@code llama/reference.json}. */
    public static JsonNode json(String name) {
        try {
            return new ObjectMapper().readTree(path(name).toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A JSON list of whole numbers. */
    public static int[] ints(JsonNode list) {
        return new ObjectMapper().convertValue(list, int[].class);
    }
}
