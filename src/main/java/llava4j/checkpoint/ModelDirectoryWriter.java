package llava4j.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import llava4j.connector.ProjectorConfig;
import llava4j.error.UserError;
import llava4j.image.ImageProcessorConfig;
import llava4j.image.ImageProcessorType;
import llava4j.language.DecoderConfig;
import llava4j.model.LlavaConfig;
import llava4j.vision.ClipConfig;
import llava4j.vision.TextTowerConfig;
import llava4j.vision.VisionConfig;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Writes a model directory that {@code transformers} opens, 4.x or 5.x: where the two differ, both forms are written.
 */
public final class ModelDirectoryWriter {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String[] TOKENIZER_FILES = {"tokenizer.json", "tokenizer_config.json",
        "added_tokens.json", "special_tokens_map.json", "chat_template.jinja"};

    private ModelDirectoryWriter() {
    }

    /**
     * Writes all but {@code preprocessor_config.json}; {@code config.json} comes last.
     *
     * @param directory an earlier model in it is written over
     * @param config    sizes
     * @param weights   under the names of {@link ExpectedTensors}
     * @param settings  the template and system prompt that the model was tuned in
     * @param tokenizer directory whose tokenizer files are copied
     * @throws UserError if a file cannot be written
     * @see #write(Path, LlavaConfig, Map, Map, Path, ImageProcessorConfig)
     */
    public static void write(Path directory, LlavaConfig config, Map<String, INDArray> weights,
                             Map<String, String> settings, Path tokenizer) {
        write(directory, config, weights, settings, tokenizer, null);
    }

    /**
     * Writes a LLaVA, or a language model if it has no encoder. {@code config.json} comes last: a directory that has one is
     * whole.
     *
     * @param directory an earlier model in it is written over
     * @param config    sizes; {@code vision()} is {@code null} for a language model
     * @param weights   under the names of {@link ExpectedTensors}
     * @param settings  the template and system prompt that the model was tuned in
     * @param tokenizer directory whose tokenizer files are copied
     * @param images    how pictures are prepared; {@code null} for a language model, or where the file is there already
     * @throws UserError if a file cannot be written
     */
    public static void write(Path directory, LlavaConfig config, Map<String, INDArray> weights,
                             Map<String, String> settings, Path tokenizer, ImageProcessorConfig images) {
        ObjectNode generation = tokenIds(JSON.createObjectNode(), config);
        ObjectNode root = config.vision() == null ? tokenIds(llama(config.decoder()), config) : seeing(config);
        new TreeMap<>(settings).forEach(root.putObject("llava4j")::put);        // in one order, whatever map they came in
        copyTokenizer(tokenizer, directory);
        write(directory.resolve("generation_config.json"), generation);
        if (config.vision() != null) {
            write(directory.resolve("processor_config.json"), processor(config));
        }
        if (images != null) {
            images.write(directory.resolve("preprocessor_config.json"), processorType(config));
        }
        SafetensorsWriter.write(directory.resolve("model.safetensors"), stored(config, weights));
        write(directory.resolve("config.json"), root);
    }

    /**
     * Writes W and the decoder in the original repository's layout, which names the encoder and leaves it where it is: a model
     * that is tuned shares its frozen encoder with every other one.
     *
     * @param directory an earlier model in it is written over
     * @param config    sizes
     * @param weights   under the names of {@link ExpectedTensors}; the encoder's are left out
     * @param settings  the template and system prompt that the model was tuned in
     * @param tokenizer directory whose tokenizer files are copied
     * @param encoder   the name under which config.json speaks of the encoder
     * @throws UserError if a file cannot be written
     */
    public static void writeWithoutEncoder(Path directory, LlavaConfig config, Map<String, INDArray> weights,
                                           Map<String, String> settings, Path tokenizer, String encoder) {
        ObjectNode root = tokenIds(llama(config.decoder()), config).put("model_type", "llava_llama")
                .put("mm_vision_tower", encoder).put("mm_hidden_size", config.connector().inputSize())
                .put("mm_projector_type", config.connector().type())
                .put("mm_vision_select_layer", config.visionFeatureLayer())
                .put("mm_vision_select_feature", config.keepClassToken() ? "cls_patch" : "patch")
                .put("mm_use_im_start_end", false).put("image_token_index", config.imageTokenId());
        root.putArray("architectures").add("LlavaLlamaForCausalLM");
        new TreeMap<>(settings).forEach(root.putObject("llava4j")::put);
        Map<String, INDArray> renamed = new LinkedHashMap<>();
        weights.forEach((name, array) -> TensorNames.original(name).ifPresent(original -> renamed.put(original, array)));
        copyTokenizer(tokenizer, directory);
        write(directory.resolve("generation_config.json"), tokenIds(JSON.createObjectNode(), config));
        SafetensorsWriter.write(directory.resolve("model.safetensors"), renamed);
        write(directory.resolve("config.json"), root);
    }

    /** The weights under the names and in the form that transformers has. */
    private static Map<String, INDArray> stored(LlavaConfig config, Map<String, INDArray> weights) {
        if (config.vision() == null) {
            Map<String, INDArray> renamed = new LinkedHashMap<>();
            weights.forEach((name, array) -> renamed.put(name.substring("language_model.".length()), array));
            return renamed;
        }
        if (Blip2Layout.holds(config)) {
            return Blip2Layout.stored(weights);
        }
        if (IdeficsLayout.holds(config)) {
            return IdeficsLayout.stored(weights);
        }
        return config.connector() instanceof ProjectorConfig w && w.isOneMatrix() ? StackedProjector.stack(weights, w) : weights;
    }

    /**
     * Whether a directory has a way to say what a model is.
     *
     * @param config sizes
     * @throws UserError if none has
     */
    public static void check(LlavaConfig config) {
        if (IdeficsLayout.holds(config)) {
            IdeficsLayout.check(config);
        }
    }

    /** The config.json of a model that sees, in the layout that has a place for its connector. */
    private static ObjectNode seeing(LlavaConfig config) {
        ObjectNode decoder = tokenIds(llama(config.decoder()), config);
        if (Blip2Layout.holds(config)) {
            return tokenIds(Blip2Layout.json(config, decoder), config);
        }
        return IdeficsLayout.holds(config) ? IdeficsLayout.json(config, decoder) : llava(config);
    }

    /**
     * Writes all of a CLIP but {@code preprocessor_config.json}.
     *
     * @param directory an earlier model in it is written over
     * @param config    sizes of both towers
     * @param weights   under the names of {@link ExpectedTensors}
     * @param tokenizer directory whose tokenizer files are copied
     * @throws UserError if a file cannot be written
     * @see #write(Path, ClipConfig, Map, Path, ImageProcessorConfig)
     */
    public static void write(Path directory, ClipConfig config, Map<String, INDArray> weights, Path tokenizer) {
        write(directory, config, weights, tokenizer, null);
    }

    /**
     * Writes a CLIP.
     *
     * @param directory an earlier model in it is written over
     * @param config    sizes of both towers
     * @param weights   under the names of {@link ExpectedTensors}
     * @param tokenizer directory whose tokenizer files are copied
     * @param images    how pictures are prepared; {@code null} where the file is there already
     * @throws UserError if a file cannot be written
     */
    public static void write(Path directory, ClipConfig config, Map<String, INDArray> weights, Path tokenizer,
                             ImageProcessorConfig images) {
        ObjectNode root = JSON.createObjectNode().put("model_type", "clip").put("projection_dim",
                config.projectionSize()).put("torch_dtype", "float32").put("dtype", "float32");
        root.putArray("architectures").add("CLIPModel");
        root.set("vision_config", vision(config.vision()).put("projection_dim", config.projectionSize()));
        TextTowerConfig text = config.text();
        root.putObject("text_config").put("model_type", "clip_text_model").put("vocab_size", text.vocabularySize())
                .put("max_position_embeddings", text.maxPositions()).put("hidden_size", text.hiddenSize())
                .put("intermediate_size", text.intermediateSize()).put("num_hidden_layers", text.layers())
                .put("num_attention_heads", text.heads()).put("hidden_act", text.activation())
                .put("layer_norm_eps", text.layerNormEps()).put("eos_token_id", text.eosTokenId())
                .put("projection_dim", config.projectionSize()).putNull("bos_token_id").putNull("pad_token_id");
        copyTokenizer(tokenizer, directory);
        SafetensorsWriter.write(directory.resolve("model.safetensors"), weights);
        if (images != null) {
            images.write(directory.resolve("preprocessor_config.json"));
        }
        write(directory.resolve("config.json"), root);
    }

    private static ObjectNode llava(LlavaConfig config) {
        ObjectNode root = JSON.createObjectNode().put("model_type", "llava")
                .put("image_token_index", config.imageTokenId()).put("image_token_id", config.imageTokenId())
                .put("image_seq_length", config.imageTokens())
                .put("multimodal_projector_bias", !(config.connector() instanceof ProjectorConfig w) || w.bias())
                .put("projector_hidden_act", config.connector() instanceof ProjectorConfig w && w.isOneMatrix() ? "linear" : "gelu")
                .put("mm_projector_type", config.connector().type())
                .put("vision_feature_layer", config.visionFeatureLayer())
                .put("vision_feature_select_strategy", strategy(config))
                .put("tie_word_embeddings", config.decoder().tiedEmbeddings())
                .put("torch_dtype", "float32").put("dtype", "float32");
        root.putArray("architectures").add("LlavaForConditionalGeneration");
        root.set("vision_config", vision(config.vision()));
        root.set("text_config", tokenIds(llama(config.decoder()), config));
        return tokenIds(root, config);
    }

    /** How transformers' processor finds the number of image tokens: the encoder's, less one without the class token. */
    private static ObjectNode processor(LlavaConfig config) {
        if (Blip2Layout.holds(config)) {
            return Blip2Layout.processor(config);
        }
        if (IdeficsLayout.holds(config)) {
            return IdeficsLayout.processor();
        }
        return JSON.createObjectNode().put("processor_class", "LlavaProcessor").put("image_token", "<image>")
                .put("patch_size", config.vision().patchSize()).put("num_additional_image_tokens", 1)
                .put("vision_feature_select_strategy", strategy(config));
    }

    private static ImageProcessorType processorType(LlavaConfig config) {
        return Blip2Layout.holds(config) ? ImageProcessorType.BLIP
                : IdeficsLayout.holds(config) ? ImageProcessorType.IDEFICS : ImageProcessorType.CLIP;
    }

    /**
     * {@return how pictures are prepared for a model that is put together: as its encoder has them, except where the layout that has
     * a place for its connector squeezes every picture to a square}
     *
     * @param config sizes
     * @param images as the encoder has them
     */
    public static ImageProcessorConfig pictures(LlavaConfig config, ImageProcessorConfig images) {
        return processorType(config) == ImageProcessorType.CLIP ? images : images.withoutCrop();
    }

    private static String strategy(LlavaConfig config) {
        return config.keepClassToken() ? "full" : "default";
    }

    private static ObjectNode vision(VisionConfig c) {
        return JSON.createObjectNode().put("model_type", "clip_vision_model").put("image_size", c.imageSize())
                .put("patch_size", c.patchSize()).put("hidden_size", c.hiddenSize())
                .put("intermediate_size", c.intermediateSize()).put("num_hidden_layers", c.layers())
                .put("num_attention_heads", c.heads()).put("hidden_act", c.activation())
                .put("layer_norm_eps", c.layerNormEps()).put("num_channels", 3);
    }

    private static ObjectNode llama(DecoderConfig c) {
        ObjectNode node = JSON.createObjectNode().put("model_type", "llama").put("vocab_size", c.vocabularySize())
                .put("hidden_size", c.hiddenSize())
                .put("intermediate_size", c.intermediateSize()).put("num_hidden_layers", c.layers())
                .put("num_attention_heads", c.heads()).put("num_key_value_heads", c.keyValueHeads())
                .put("head_dim", c.headSize()).put("max_position_embeddings", c.maxPositions())
                .put("rope_theta", c.ropeTheta()).put("rms_norm_eps", c.rmsNormEps()).put("hidden_act", "silu")
                .put("attention_bias", c.attentionBias()).put("mlp_bias", c.mlpBias())
                .put("tie_word_embeddings", c.tiedEmbeddings()).put("torch_dtype", "float32").put("dtype", "float32");
        node.putObject("rope_parameters").put("rope_theta", c.ropeTheta()).put("rope_type", "default");
        node.putArray("architectures").add("LlamaForCausalLM");
        return node;
    }

    private static ObjectNode tokenIds(ObjectNode node, LlavaConfig config) {
        List<Integer> eos = config.eosTokenIds();
        node.put("bos_token_id", config.bosTokenId()).put("pad_token_id", config.padTokenId());
        node.set("eos_token_id", eos.size() == 1 ? JSON.valueToTree(eos.get(0)) : JSON.valueToTree(eos));
        return node;
    }

    private static void write(Path file, ObjectNode node) {
        WholeFile.write(file, node.toPrettyString() + "\n");
    }

    private static void copyTokenizer(Path from, Path to) {
        for (String name : TOKENIZER_FILES) {
            Path file = from.resolve(name);
            if (Files.exists(file)) {
                try {
                    byte[] content = Files.readAllBytes(file);
                    WholeFile.write(to.resolve(name), temporary -> Files.write(temporary, content));
                } catch (IOException e) {
                    throw new UserError(file + ": cannot be read: " + e.getMessage(), e);
                }
            }
        }
    }
}
