package llava4j.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import llava4j.connector.ResamplerConfig;
import llava4j.error.UserError;
import llava4j.json.Fields;
import llava4j.language.DecoderConfig;
import llava4j.language.GatedConfig;
import llava4j.model.LlavaConfig;
import llava4j.model.PictureMarks;
import llava4j.vision.VisionConfig;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * transformers' {@code idefics}: CLIP's encoder, the resampler, and a LLaMA with gated layers in it.
 *
 * <p>What one would get wrong: config.json does not say which token marks a picture; the tokenizer does. And its
 * {@code vocab_size} does not count the marks, whose vectors lie in tables of their own.
 */
final class IdeficsLayout {

    static final String FAKE = "<fake_token_around_image>";
    private static final String IMAGE = "<image>";
    private static final String TOWER = "vision_tower.vision_model.";

    private IdeficsLayout() {
    }

    /** Whether a model is written so. */
    static boolean holds(LlavaConfig config) {
        return config.connector() instanceof ResamplerConfig;
    }

    /**
     * @param path the directory, whose tokenizer knows the marks
     * @param root content of config.json
     */
    static LlavaConfig config(Path path, Fields root, Fields generation) {
        root.refuseUnless("quantization_config");
        Fields perceiver = root.at("perceiver_config");
        if (!root.flag("use_resampler", perceiver.flag("use_resampler", false))) {
            throw root.error("use_resampler", "gated layers that look at the encoder's features themselves are not supported, "
                    + "only behind a resampler");
        }
        int table = root.size("vocab_size", 32_000, 10_000_000);
        int additional = root.integer("additional_vocab_size", 0, 0, 1024);
        DecoderConfig decoder = ConfigReader.decoder(root, root.flag("tie_word_embeddings", false))
                .withVocabularySize(table + additional).withAdditionalTokens(additional);
        if (decoder.keyValueHeads() != decoder.heads() || decoder.headSize() * decoder.heads() != decoder.hiddenSize()) {
            throw root.error("num_attention_heads", "every head needs keys of its own, hidden_size / num_attention_heads wide");
        }
        VisionConfig vision = ConfigReader.square(root.at("vision_config"), "embed_dim", 768, 32, 5120, "gelu", 1e-5);
        int interval = root.size("cross_layer_interval", 1, decoder.layers());
        if (decoder.layers() % interval != 0) {
            throw root.error("cross_layer_interval", "it does not divide num_hidden_layers " + decoder.layers());
        }
        GatedConfig gated = new GatedConfig(interval, vision.hiddenSize(), root.flag("qk_layer_norms", false),
                root.word("alpha_type", "float", "float", "vector").equals("vector"));
        ResamplerConfig resampler = new ResamplerConfig(vision.hiddenSize(),
                perceiver.size("resampler_n_latents", 64, 4096), perceiver.size("resampler_depth", 6, ConfigReader.DEEPEST),
                perceiver.size("resampler_n_heads", 16, 4096), perceiver.size("resampler_head_dim", 96, 4096),
                perceiver.flag("qk_layer_norms_perceiver", false), gated);
        boolean hasTokenizer = Files.isRegularFile(path.resolve("tokenizer.json"));
        Optional<TokenizerFiles> tokens = hasTokenizer ? Optional.of(TokenizerFiles.of(path)) : Optional.empty();
        int image = tokens.map(files -> files.idOf(IMAGE)).orElse(table + additional - 1);
        if (image < 0) {
            throw UserError.of("%s: %s is not in it, which marks a picture", path.resolve("tokenizer.json"), IMAGE);
        }
        boolean fakes = tokens.map(files -> files.idOf(FAKE) >= 0).orElse(true);
        return new LlavaConfig(vision, resampler, decoder, -1, true, image, ConfigReader.bos(root, decoder),
                ConfigReader.eos(root, generation), ConfigReader.pad(root, decoder),
                fakes ? PictureMarks.BETWEEN_FAKE_TOKENS : PictureMarks.IN_THE_TEXT);
    }

    /** All weights under our names. */
    static Map<String, INDArray> weights(Path path, Set<Path> files, LlavaConfig config, Predicate<String> asStored) {
        return new TensorFiles(path, files, IdeficsLayout::ours).load(ExpectedTensors.of(config), asStored);
    }

    private static String ours(String name) {
        return name.startsWith("model.vision_model.") ? TOWER + name.substring("model.vision_model.".length())
                : name.startsWith("model.perceiver_resampler.") || name.startsWith("model.gated_cross_attn_layers.")
                ? name.substring("model.".length()) : "language_model." + name;
    }

    /** The weights under the names of the file. */
    static Map<String, INDArray> stored(Map<String, INDArray> weights) {
        Map<String, INDArray> stored = new LinkedHashMap<>();
        weights.forEach((name, array) -> stored.put(name.startsWith(TOWER) ? "model.vision_model." + name.substring(TOWER.length())
                : name.startsWith("language_model.") ? name.substring("language_model.".length()) : "model." + name, array));
        return stored;
    }

    /** Content of config.json, without the tokens' ids. */
    static ObjectNode json(LlavaConfig config, ObjectNode decoder) {
        ResamplerConfig r = (ResamplerConfig) config.connector();
        GatedConfig gated = r.gated();
        ObjectNode root = decoder.put("model_type", "idefics").put("vocab_size", config.decoder().tableSize())
                .put("additional_vocab_size", config.decoder().additionalTokens())
                .put("cross_layer_interval", gated.interval()).put("qk_layer_norms", gated.headNorms())
                .put("alpha_type", gated.vectorGates() ? "vector" : "float").put("alpha_initializer", "zeros")
                .put("alphas_initializer_range", 0.0).put("dropout", 0.0).put("use_resampler", true)
                .put("freeze_text_layers", false).put("freeze_vision_layers", false).put("freeze_lm_head", false);
        root.putArray("architectures").removeAll().add("IdeficsForVisionText2Text");
        root.putObject("perceiver_config").put("model_type", "idefics_perciever").put("use_resampler", true)
                .put("resampler_n_latents", r.latents()).put("resampler_depth", r.depth())
                .put("resampler_n_heads", r.heads()).put("resampler_head_dim", r.headSize())
                .put("qk_layer_norms_perceiver", r.headNorms());
        VisionConfig v = config.vision();
        root.putObject("vision_config").put("model_type", "idefics_vision").put("embed_dim", v.hiddenSize())
                .put("image_size", v.imageSize()).put("patch_size", v.patchSize())
                .put("intermediate_size", v.intermediateSize()).put("num_hidden_layers", v.layers())
                .put("num_attention_heads", v.heads()).put("hidden_act", v.activation())
                .put("layer_norm_eps", v.layerNormEps()).put("num_channels", 3);
        return root;
    }

    /** Content of processor_config.json. */
    static ObjectNode processor() {
        return new ObjectMapper().createObjectNode().put("processor_class", "IdeficsProcessor");
    }

    /** @throws UserError if the decoder has a form that this layout cannot say */
    static void check(LlavaConfig config) {
        DecoderConfig f = config.decoder();
        if (f.keyValueHeads() != f.heads() || f.headSize() * f.heads() != f.hiddenSize() || f.attentionBias() || f.mlpBias()) {
            throw UserError.of("gated layers go into a decoder whose heads all have keys of their own, D / H wide, without "
                    + "biases; this one has %d heads of %d, %d of them with keys, for a width of %d: take another language model, "
                    + "or another connector", f.heads(), f.headSize(), f.keyValueHeads(), f.hiddenSize());
        }
        if (config.visionFeatureLayer() != -1) {
            throw UserError.of("--feature-layer %d: the resampler reads the encoder's last layer, -1, and its directory has no way "
                    + "to say another", config.visionFeatureLayer());
        }
    }
}
