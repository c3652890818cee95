package llava4j.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import llava4j.error.UserError;
import llava4j.model.LlavaConfig;
import llava4j.projector.ProjectorConfig;
import llava4j.vision.ClipConfig;
import llava4j.vision.VisionConfig;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A model on disk in Hugging Face's layout: {@code config.json}, {@code *.safetensors}, {@code tokenizer.json}.
 *
 * <p>Read here: {@code llava} (transformers 4.x, 5.x, and the original repository's, whose encoder lies in a directory of
 * its own), {@code llama}, {@code clip} and {@code clip_vision_model}.
 *
 * @param path         the directory
 * @param kind         what lies in it
 * @param llava        sizes of a LLaVA, or of a language model (no encoder); {@code null} for a CLIP
 * @param clip         sizes of a CLIP, or {@code null}
 * @param visionTower  directory of the encoder where it is kept apart, or {@code null}
 */
public record ModelDirectory(Path path, Kind kind, LlavaConfig llava, ClipConfig clip, Path visionTower) {

    /** What a model directory may hold. */
    public enum Kind {
        LLAVA, LANGUAGE_MODEL, CLIP
    }

    /**
     * Reads the configuration; weights are loaded by {@link #weights}.
     *
     * @param visionTower directory of the encoder, for the original LLaVA layout
     * @throws UserError if it is no model directory, or a kind that is not supported
     */
    public static ModelDirectory open(Path path, Optional<Path> visionTower) {
        if (!Files.isDirectory(path)) {
            throw UserError.of("%s: no such directory: --model takes a directory with config.json and weights", path);
        }
        ConfigNode root = ConfigNode.read(path.resolve("config.json"));
        Path generationFile = path.resolve("generation_config.json");
        ConfigNode generation = Files.exists(generationFile) ? ConfigNode.read(generationFile) : root.at("none");
        String type = root.word("model_type", "", "llava", "llava_llama", "llama", "clip");
        if (type.equals("clip")) {
            return new ModelDirectory(path, Kind.CLIP, null, ConfigReader.clip(root), null);
        }
        if (type.equals("llama")) {
            return new ModelDirectory(path, Kind.LANGUAGE_MODEL, ConfigReader.languageModel(root, generation), null,
                    null);
        }
        if (root.has("text_config")) {
            return new ModelDirectory(path, Kind.LLAVA, ConfigReader.llava(root, generation), null, null);
        }
        Path tower = visionTower.orElseThrow(() -> UserError.of("%s: names its vision encoder by a hub id (%s): give its "
                + "directory with --vision-tower", path, root.json().path("mm_vision_tower").asText("none")));
        LlavaConfig config = ConfigReader.original(root, generation, ConfigNode.read(tower.resolve("config.json")));
        return new ModelDirectory(path, Kind.LLAVA, config, null, tower);
    }

    /**
     * All weights in float32, under the names of {@link ExpectedTensors}.
     *
     * @throws UserError naming every tensor that is missing, unknown or of another shape
     */
    public Map<String, INDArray> weights() {
        Set<Path> files = new LinkedHashSet<>(TensorFiles.in(path));
        if (kind == Kind.CLIP) {
            return TensorFiles.load(path, files, name -> name, ExpectedTensors.of(clip), name -> true);
        }
        Path projector = path.resolve("mm_projector.safetensors");
        if (Files.exists(projector)) {
            files.add(projector);
        }
        Map<String, long[]> expected = new LinkedHashMap<>(ExpectedTensors.of(llava));
        if (llava.decoder().tiedEmbeddings() && holds(files, "language_model.lm_head.weight")) {
            expected.put("language_model.lm_head.weight",
                    new long[] {llava.decoder().vocabularySize(), llava.decoder().hiddenSize()});
        }
        boolean stacked = kind == Kind.LLAVA && llava.projector().type().equals("linear")
                && holds(files, "multi_modal_projector.linear_2.weight");
        if (stacked) {
            ProjectorConfig p = llava.projector();
            expected.putAll(ExpectedTensors.of(new ProjectorConfig("mlp2x_gelu", p.inputSize(), p.outputSize(), p.bias(),
                    "gelu")));
        }
        Map<String, INDArray> weights = new LinkedHashMap<>();
        if (visionTower != null && !holds(files, "vision_tower.vision_model.embeddings.class_embedding")) {
            Map<String, long[]> tower = ExpectedTensors.of(llava.vision());
            tower.keySet().forEach(expected::remove);
            weights.putAll(TensorFiles.load(visionTower, TensorFiles.in(visionTower), TensorNames::tower, tower,
                    tower.keySet()::contains));
        }
        weights.putAll(TensorFiles.load(path, files, TensorNames::llava, expected, name -> true));
        if (stacked) {
            unstack(weights);
        }
        if (llava.decoder().tiedEmbeddings()) {
            weights.remove("language_model.lm_head.weight");
        }
        return weights;
    }

    /** A vision encoder's weights and sizes from a CLIP, a LLaVA or a vision tower's own directory. */
    public static VisionConfig visionConfig(Path directory) {
        ConfigNode root = ConfigNode.read(directory.resolve("config.json"));
        return ConfigReader.vision(root.has("vision_config") ? root.at("vision_config") : root);
    }

    private static boolean holds(Set<Path> files, String ours) {
        for (Path file : files) {
            try (Safetensors tensors = Safetensors.open(file)) {
                if (tensors.names().stream().map(TensorNames::llava).anyMatch(ours::equals)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** transformers knows no single matrix: W is written as W followed by the identity, which is taken off here. */
    private void unstack(Map<String, INDArray> weights) {
        INDArray second = weights.remove("multi_modal_projector.linear_2.weight");
        INDArray bias = weights.remove("multi_modal_projector.linear_2.bias");
        if (!second.equals(Nd4j.eye(second.rows()).castTo(second.dataType()))
                || bias != null && bias.amaxNumber().doubleValue() != 0) {
            throw UserError.of("%s: mm_projector_type is linear, but linear_2 is not the identity", path);
        }
    }

    /** The key {@code llava4j} of config.json: which template the model was tuned in. Empty if there is none. */
    public JsonNode ownSettings() {
        return ConfigNode.read(path.resolve("config.json")).at("llava4j").json();
    }
}
