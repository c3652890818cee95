package llava4j.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import llava4j.error.UserError;
import llava4j.language.DecoderConfig;
import llava4j.model.LlavaConfig;
import llava4j.vision.ClipConfig;
import llava4j.vision.TextTowerConfig;
import llava4j.vision.VisionConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Writes a model directory that {@code transformers} opens, 4.x or 5.x: where the two differ, both forms are written.
 */
public final class ModelDirectoryWriter {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String[] TOKENIZER_FILES = {"tokenizer.json", "tokenizer_config.json",
        "special_tokens_map.json"};

    private ModelDirectoryWriter() {
    }

    /**
     * Writes a LLaVA, or a language model if it has no encoder.
     *
     * @param settings  the template and system prompt that the model was tuned in
     * @param tokenizer directory whose tokenizer files are copied
     */
    public static void write(Path directory, LlavaConfig config, Map<String, INDArray> weights,
                             Map<String, String> settings, Path tokenizer) {
        Map<String, INDArray> tensors = new LinkedHashMap<>(weights);
        ObjectNode root = config.vision() == null ? llama(config.decoder(), JSON.createObjectNode())
                : llava(config, tensors);
        root.put("bos_token_id", config.bosTokenId()).put("pad_token_id", config.padTokenId());
        root.set("eos_token_id", ids(config));
        settings.forEach(root.putObject("llava4j")::put);
        if (config.vision() == null) {
            root.putArray("architectures").add("LlamaForCausalLM");
            Map<String, INDArray> renamed = new LinkedHashMap<>();
            tensors.forEach((name, array) -> renamed.put(name.substring("language_model.".length()), array));
            tensors = renamed;
        }
        ObjectNode generation = JSON.createObjectNode().put("bos_token_id", config.bosTokenId())
                .put("pad_token_id", config.padTokenId());
        generation.set("eos_token_id", ids(config));
        copyTokenizer(tokenizer, directory);
        write(directory.resolve("generation_config.json"), generation);
        SafetensorsWriter.write(directory.resolve("model.safetensors"), tensors);
        write(directory.resolve("config.json"), root);
    }

    /** Writes a CLIP. */
    public static void write(Path directory, ClipConfig config, Map<String, INDArray> weights, Path tokenizer) {
        ObjectNode root = JSON.createObjectNode().put("model_type", "clip").put("projection_dim",
                config.projectionSize()).put("torch_dtype", "float32").put("dtype", "float32");
        root.putArray("architectures").add("CLIPModel");
        root.set("vision_config", vision(config.vision()));
        TextTowerConfig text = config.text();
        root.putObject("text_config").put("model_type", "clip_text_model").put("vocab_size", text.vocabularySize())
                .put("max_position_embeddings", text.maxPositions()).put("hidden_size", text.hiddenSize())
                .put("intermediate_size", text.intermediateSize()).put("num_hidden_layers", text.layers())
                .put("num_attention_heads", text.heads()).put("hidden_act", text.activation())
                .put("layer_norm_eps", text.layerNormEps()).put("eos_token_id", text.eosTokenId())
                .put("projection_dim", config.projectionSize());
        copyTokenizer(tokenizer, directory);
        SafetensorsWriter.write(directory.resolve("model.safetensors"), weights);
        write(directory.resolve("config.json"), root);
    }

    private static ObjectNode llava(LlavaConfig config, Map<String, INDArray> tensors) {
        boolean linear = config.projector().type().equals("linear");
        ObjectNode root = JSON.createObjectNode().put("model_type", "llava")
                .put("image_token_index", config.imageTokenId()).put("image_token_id", config.imageTokenId())
                .put("image_seq_length", config.imageTokens())
                .put("multimodal_projector_bias", config.projector().bias())
                .put("projector_hidden_act", linear ? "linear" : config.projector().activation())
                .put("mm_projector_type", config.projector().type())
                .put("vision_feature_layer", config.visionFeatureLayer())
                .put("vision_feature_select_strategy", config.keepClassToken() ? "full" : "default")
                .put("tie_word_embeddings", config.decoder().tiedEmbeddings())
                .put("torch_dtype", "float32").put("dtype", "float32");
        root.putArray("architectures").add("LlavaForConditionalGeneration");
        root.set("vision_config", vision(config.vision()));
        ObjectNode text = llama(config.decoder(), JSON.createObjectNode());
        text.put("bos_token_id", config.bosTokenId()).put("pad_token_id", config.padTokenId());
        text.set("eos_token_id", ids(config));
        root.set("text_config", text);
        if (linear) {
            // transformers knows linear_1, activation, linear_2 only: W, nothing, identity computes the same
            int size = config.projector().outputSize();
            tensors.put("multi_modal_projector.linear_2.weight", Nd4j.eye(size).castTo(DataType.FLOAT));
            if (config.projector().bias()) {
                tensors.put("multi_modal_projector.linear_2.bias", Nd4j.zeros(DataType.FLOAT, size));
            }
        }
        return root;
    }

    private static ObjectNode vision(VisionConfig c) {
        return JSON.createObjectNode().put("model_type", "clip_vision_model").put("image_size", c.imageSize())
                .put("patch_size", c.patchSize()).put("hidden_size", c.hiddenSize())
                .put("intermediate_size", c.intermediateSize()).put("num_hidden_layers", c.layers())
                .put("num_attention_heads", c.heads()).put("hidden_act", c.activation())
                .put("layer_norm_eps", c.layerNormEps()).put("num_channels", 3);
    }

    private static ObjectNode llama(DecoderConfig c, ObjectNode node) {
        node.put("model_type", "llama").put("vocab_size", c.vocabularySize()).put("hidden_size", c.hiddenSize())
                .put("intermediate_size", c.intermediateSize()).put("num_hidden_layers", c.layers())
                .put("num_attention_heads", c.heads()).put("num_key_value_heads", c.keyValueHeads())
                .put("head_dim", c.headSize()).put("max_position_embeddings", c.maxPositions())
                .put("rope_theta", c.ropeTheta()).put("rms_norm_eps", c.rmsNormEps()).put("hidden_act", "silu")
                .put("attention_bias", c.attentionBias()).put("mlp_bias", c.mlpBias())
                .put("tie_word_embeddings", c.tiedEmbeddings()).put("torch_dtype", "float32").put("dtype", "float32");
        node.putObject("rope_parameters").put("rope_theta", c.ropeTheta()).put("rope_type", "default");
        return node;
    }

    private static com.fasterxml.jackson.databind.JsonNode ids(LlavaConfig config) {
        return config.eosTokenIds().size() == 1 ? JSON.getNodeFactory().numberNode(config.eosTokenIds().get(0))
                : JSON.valueToTree(config.eosTokenIds());
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
