package llava4j.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import llava4j.connector.QFormerConfig;
import llava4j.error.UserError;
import llava4j.json.Fields;
import llava4j.language.DecoderConfig;
import llava4j.model.LlavaConfig;
import llava4j.model.PictureMarks;
import llava4j.vision.VisionConfig;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * transformers' {@code blip-2} with a LLaMA behind it: BLIP-2's own encoder, the Q-Former without its text half, the decoder.
 *
 * <p>Inside, its encoder has CLIP's names. What one would get wrong: {@code qkv} holds all queries' rows, then all keys', then all
 * values'; and {@code post_layernorm} is applied to every token and learns with the Q-Former, so it is the connector's first
 * norm here ({@code ln_vision} in the authors' code) and no part of the frozen encoder.
 */
final class Blip2Layout {

    private static final String TOWER = "vision_tower.vision_model.";
    private static final String FILE_TOWER = "vision_model.";
    private static final String[] QKV = {"q_proj", "k_proj", "v_proj"};

    private Blip2Layout() {
    }

    /** Whether a model can be written so. */
    static boolean holds(LlavaConfig config) {
        return config.connector() instanceof QFormerConfig && config.vision().form() == VisionConfig.Form.EVA;
    }

    /** @param root content of config.json */
    static LlavaConfig config(Fields root, Fields generation) {
        root.refuseUnless("quantization_config");
        Fields text = root.at("text_config");
        if (!text.json().path("model_type").asText("opt").equals("llama")) {
            throw text.error("model_type", "of the language models behind a Q-Former \"llama\" alone is supported");
        }
        Fields asks = root.at("qformer_config");
        if (asks.flag("use_qformer_text_input", false)) {
            throw asks.error("use_qformer_text_input", "the text half of the Q-Former is not supported, only its queries");
        }
        asks.refuseUnless("position_embedding_type", "absolute");
        DecoderConfig decoder = ConfigReader.decoder(text,
                text.flag("tie_word_embeddings", false) || root.flag("tie_word_embeddings", false));
        VisionConfig vision = vision(root.at("vision_config"));
        int hidden = asks.size("hidden_size", 768, ConfigReader.WIDEST);
        int heads = asks.size("num_attention_heads", 12, hidden);
        if (hidden % heads != 0) {
            throw asks.error("num_attention_heads", "it does not divide hidden_size " + hidden);
        }
        int seen = asks.size("encoder_hidden_size", 1408, ConfigReader.WIDEST);
        if (seen != vision.hiddenSize()) {
            throw asks.error("encoder_hidden_size", "but the encoder's hidden_size is " + vision.hiddenSize());
        }
        QFormerConfig qformer = new QFormerConfig(seen, root.size("num_query_tokens", 32, 4096), hidden,
                asks.size("intermediate_size", 3072, 4 * ConfigReader.WIDEST), asks.size("num_hidden_layers", 12,
                ConfigReader.DEEPEST), heads, asks.size("cross_attention_frequency", 2, ConfigReader.DEEPEST),
                asks.word("hidden_act", "gelu", "gelu", "relu"), asks.number("layer_norm_eps", 1e-12, 0, 1),
                vision.layerNormEps(), decoder.hiddenSize());
        String imageKey = root.has("image_token_id") ? "image_token_id" : "image_token_index";
        return new LlavaConfig(vision, qformer, decoder, -1, true, root.integer(imageKey, null, 0, Integer.MAX_VALUE),
                ConfigReader.bos(text, decoder), ConfigReader.eos(text, generation), ConfigReader.pad(text, decoder),
                PictureMarks.BEFORE_THE_TEXT);
    }

    private static VisionConfig vision(Fields node) {
        if (!node.flag("qkv_bias", true)) {
            throw node.error("qkv_bias", "an encoder whose attention has no biases is not supported");
        }
        return ConfigReader.square(node, "hidden_size", 1408, 39, 6144, "gelu", 1e-6).withForm(VisionConfig.Form.EVA);
    }

    /** All weights under our names. */
    static Map<String, INDArray> weights(Path path, Set<Path> files, LlavaConfig config, Predicate<String> asStored) {
        Map<String, long[]> ours = ExpectedTensors.of(config);
        Map<String, long[]> expected = new LinkedHashMap<>();
        ours.forEach((name, shape) -> {
            if (name.startsWith(TOWER) && name.contains(".self_attn.k_proj.") || name.contains(".self_attn.v_proj.")
                    && name.startsWith(TOWER)) {
                return;
            }
            long[] stored = shape.clone();
            if (name.startsWith(TOWER) && name.contains(".self_attn.q_proj.")) {
                stored[0] *= QKV.length;
            }
            expected.put(inFile(name), name.endsWith("class_embedding") ? new long[] {1, 1, shape[0]}
                    : name.endsWith("position_embedding.weight") ? new long[] {1, shape[0], shape[1]} : stored);
        });
        Map<String, INDArray> stored = new TensorFiles(path, files, name -> name).load(expected,
                name -> name.startsWith("language_model.") && asStored.test(name));
        Map<String, INDArray> weights = new LinkedHashMap<>();
        ours.forEach((name, shape) -> weights.put(name, ours(name, shape, stored.get(inFile(name)))));
        return weights;
    }

    /** The array of one of our names out of the one that a file has. */
    private static INDArray ours(String name, long[] shape, INDArray stored) {
        for (int part = 0; name.startsWith(TOWER) && part < QKV.length; part++) {
            if (name.contains(".self_attn." + QKV[part] + ".")) {
                var rows = NDArrayIndex.interval(part * shape[0], (part + 1) * shape[0]);
                return (shape.length == 1 ? stored.get(rows) : stored.get(rows, NDArrayIndex.all())).dup('c');
            }
        }
        return java.util.Arrays.equals(shape, stored.shape()) ? stored : stored.reshape(shape).dup('c');
    }

    /** The file's name of the tensor that has one of our names; queries, keys and values are in one. */
    private static String inFile(String name) {
        if (name.startsWith("ln_vision.")) {
            return name.replace("ln_vision.", FILE_TOWER + "post_layernorm.");
        }
        if (!name.startsWith(TOWER)) {
            return name;
        }
        return FILE_TOWER + name.substring(TOWER.length()).replace("position_embedding.weight", "position_embedding")
                .replace(".self_attn.out_proj.", ".self_attn.projection.")
                .replaceFirst("\\.self_attn\\.[qkv]_proj\\.", ".self_attn.qkv.");
    }

    /** The weights under the names and in the shapes of the file. */
    static Map<String, INDArray> stored(Map<String, INDArray> weights) {
        Map<String, INDArray> stored = new LinkedHashMap<>();
        weights.forEach((name, array) -> {
            if (name.startsWith(TOWER) && name.contains(".self_attn.q_proj.")) {
                stored.put(inFile(name), Nd4j.concat(0, array, weights.get(name.replace("q_proj", "k_proj")),
                        weights.get(name.replace("q_proj", "v_proj"))));
            } else if (!name.startsWith(TOWER) || !name.contains("_proj.") || name.contains("out_proj")) {
                stored.put(inFile(name), name.endsWith("class_embedding") ? array.reshape(1, 1, array.length())
                        : name.endsWith("position_embedding.weight") && name.startsWith(TOWER)
                        ? array.reshape(1, array.size(0), array.size(1)) : array);
            }
        });
        return stored;
    }

    /** Content of config.json, without the tokens' ids. */
    static ObjectNode json(LlavaConfig config, ObjectNode decoder) {
        QFormerConfig q = (QFormerConfig) config.connector();
        ObjectNode root = new ObjectMapper().createObjectNode().put("model_type", "blip-2")
                .put("image_token_index", config.imageTokenId()).put("image_token_id", config.imageTokenId())
                .put("num_query_tokens", q.queries()).put("use_decoder_only_language_model", true)
                .put("tie_word_embeddings", config.decoder().tiedEmbeddings()).put("torch_dtype", "float32")
                .put("dtype", "float32");
        root.putArray("architectures").add("Blip2ForConditionalGeneration");
        VisionConfig v = config.vision();
        root.putObject("vision_config").put("model_type", "blip_2_vision_model").put("image_size", v.imageSize())
                .put("patch_size", v.patchSize()).put("hidden_size", v.hiddenSize())
                .put("intermediate_size", v.intermediateSize()).put("num_hidden_layers", v.layers())
                .put("num_attention_heads", v.heads()).put("hidden_act", v.activation())
                .put("layer_norm_eps", v.layerNormEps()).put("qkv_bias", true);
        root.putObject("qformer_config").put("model_type", "blip_2_qformer").put("encoder_hidden_size", q.inputSize())
                .put("hidden_size", q.hiddenSize()).put("intermediate_size", q.intermediateSize())
                .put("num_hidden_layers", q.layers()).put("num_attention_heads", q.heads())
                .put("cross_attention_frequency", q.frequency()).put("hidden_act", q.activation())
                .put("layer_norm_eps", q.layerNormEps()).put("use_qformer_text_input", false)
                .put("attention_probs_dropout_prob", 0.0).put("hidden_dropout_prob", 0.0);
        root.set("text_config", decoder);
        return root;
    }

    /** Content of processor_config.json. */
    static ObjectNode processor(LlavaConfig config) {
        return new ObjectMapper().createObjectNode().put("processor_class", "Blip2Processor")
                .put("num_query_tokens", config.imageTokens());
    }

    /** @throws UserError if a processor_config.json has another number of queries than the model */
    static void check(LlavaConfig config, Fields processor) {
        if (processor.integer("num_query_tokens", config.imageTokens(), 0, Integer.MAX_VALUE) != config.imageTokens()) {
            throw processor.error("num_query_tokens", "but it is " + config.imageTokens() + " in config.json");
        }
    }
}
