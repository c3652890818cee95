package llava4j.data;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import llava4j.Llava;
import llava4j.checkpoint.TensorBytes;
import llava4j.error.UserError;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * All that decides what a picture's features are, by name and in readable words: the encoder's weights, the layer that W
 * sees, and how a picture is prepared.
 *
 * <p>What one would get wrong: features of another layer have the same shape, and a model trained on them learns to read
 * what it will never be shown again.
 *
 * @param byName each thing and its value
 */
public record FeatureOrigin(Map<String, String> byName) {

    private static final String PREFIX = "origin: ";

    /**
     * {@return where a model's features come from}
     *
     * @param model has an encoder
     * @throws UserError if it has none
     */
    public static FeatureOrigin of(Llava model) {
        if (model.config().vision() == null) {
            throw new UserError("this model has no vision encoder: it cannot be shown a picture");
        }
        Map<String, String> all = new LinkedHashMap<>();
        all.put("vision tower", "checksum " + tower(model));
        all.put("layer", String.valueOf(model.config().visionFeatureLayer()));
        all.put("class token", model.config().keepClassToken() ? "kept" : "left out");
        all.put("image processor", model.imageProcessor().toString());
        all.put("padded to a square", model.padsToSquare() ? "yes" : "no");
        all.put("--image-convention", model.imageConvention().toString());
        return new FeatureOrigin(all);
    }

    /** Of the numbers as float32, whether they stand in 16 bits in their file or not; a tensor at a time. */
    private static String tower(Llava model) {
        return FeaturesInMemory.checksum(model.weights().keySet().stream().filter(name -> name.startsWith("vision_tower."))
                .sorted().map(name -> TensorBytes.checksum(Map.of(name, model.weights().get(name).castTo(DataType.FLOAT)))));
    }

    /** The same as the metadata of a file. */
    Map<String, String> metadata() {
        return byName.entrySet().stream().collect(Collectors.toMap(entry -> PREFIX + entry.getKey(), Map.Entry::getValue));
    }

    /**
     * What a file of features says otherwise.
     *
     * @param metadata of that file
     */
    Optional<String> differenceTo(Map<String, String> metadata) {
        String differences = byName.entrySet().stream()
                .filter(entry -> !entry.getValue().equals(metadata.get(PREFIX + entry.getKey())))
                .map(entry -> entry.getKey() + " was " + metadata.getOrDefault(PREFIX + entry.getKey(), "not given") + ", now "
                        + entry.getValue()).collect(Collectors.joining("; "));
        return differences.isEmpty() ? Optional.empty() : Optional.of(differences);
    }
}
