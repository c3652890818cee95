package llava4j.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import llava4j.error.UserError;
import llava4j.json.Fields;
import llava4j.json.JsonFile;
import llava4j.model.LlavaConfig;

/**
 * Whether the JSON files of a model directory say the same of the model.
 *
 * <p>The same fact may stand in several files: how many image tokens a picture takes, which of them are kept, which token
 * {@code <image>} is. Where another file says otherwise, nobody can know with which one the model was trained. (The end
 * tokens are another matter: generation_config.json decides, in transformers too.)
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
        if (root.has("image_token_id") && root.has("image_token_index")
                && !root.json().get("image_token_id").equals(root.json().get("image_token_index"))) {
            throw root.error("image_token_id", "but image_token_index is " + root.json().get("image_token_index"));
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
        Blip2Layout.check(config, processor);
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
