package llava4j.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import llava4j.error.UserError;
import llava4j.json.Fields;
import llava4j.json.JsonFile;
import llava4j.model.LlavaConfig;

/**
 * Whether the JSON files of a model directory say the same of the model.
 *
 * <p>The same fact may stand in several files: how many image tokens a picture takes, which of them are kept, which token
 * ends an answer. Each is read from one of them, here as in transformers; where another says otherwise, nobody can know
 * which one the model was trained with.
 */
final class FilesAgree {

    /** What transformers writes into config.json, whatever the encoder's size, where nobody set it. */
    private static final int DEFAULT_SEQUENCE = 576;

    private FilesAgree() {
    }

    /**
     * Holds the files of a LLaVA, or of a language model, against each other.
     *
     * @param path       the directory
     * @param config     sizes, as read
     * @param root       content of config.json
     * @param generation content of generation_config.json, without fields where there is none
     * @throws UserError naming both files and both values
     */
    static void check(Path path, LlavaConfig config, Fields root, Fields generation) {
        int rows = config.decoder().vocabularySize();
        for (int id : config.eosTokenIds()) {
            if (id < 0 || id >= rows) {
                throw UserError.of("%s: eos_token_id %d is no token: the vocabulary has ids 0 to %d (vocab_size in %s)",
                        generation.has("eos_token_id") ? generation.place() : root.place(), id, rows - 1, root.place());
            }
        }
        Fields text = root.has("text_config") ? root.at("text_config") : root;
        List<Integer> ends = text.tokenIds("eos_token_id", config.eosTokenIds());
        if (!ends.isEmpty() && Collections.disjoint(ends, config.eosTokenIds())) {
            throw UserError.of("%s: eos_token_id is %s, but in %s it is %s: which token ends an answer?", generation.place(),
                    config.eosTokenIds(), root.place(), ends);
        }
        if (config.vision() != null) {
            checkPictures(path.resolve("processor_config.json"), config, root);
        }
    }

    private static void checkPictures(Path processorFile, LlavaConfig config, Fields root) {
        int rows = config.decoder().vocabularySize();
        if (config.imageTokenId() >= rows) {
            throw UserError.of("%s: the id of <image> is %d, but the embedding has %d rows (vocab_size)", root.place(),
                    config.imageTokenId(), rows);
        }
        int sequence = root.integer("image_seq_length", DEFAULT_SEQUENCE, 0, Integer.MAX_VALUE);
        if (sequence != DEFAULT_SEQUENCE && sequence != config.imageTokens()) {
            throw root.error("image_seq_length", "but a picture takes " + config.imageTokens() + " image tokens, as "
                    + "image_size, patch_size and vision_feature_select_strategy say");
        }
        if (!Files.exists(processorFile)) {
            return;
        }
        Fields processor = JsonFile.object(processorFile);
        int patch = config.vision().patchSize();
        if (processor.integer("patch_size", patch, 0, Integer.MAX_VALUE) != patch) {
            throw processor.error("patch_size", "but the encoder's patch_size is " + patch + " in config.json");
        }
        String strategy = config.keepClassToken() ? "full" : "default";
        if (!processor.optionalText("vision_feature_select_strategy").orElse(strategy).equals(strategy)) {
            throw processor.error("vision_feature_select_strategy", "but it is \"" + strategy + "\" in " + root.place());
        }
    }
}
