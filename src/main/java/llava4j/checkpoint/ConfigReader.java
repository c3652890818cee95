package llava4j.checkpoint;

import java.util.Arrays;
import java.util.List;
import llava4j.json.Fields;
import llava4j.language.DecoderConfig;
import llava4j.model.LlavaConfig;
import llava4j.connector.Connector;
import llava4j.connector.ConnectorType;
import llava4j.connector.ProjectorConfig;
import llava4j.vision.ClipConfig;
import llava4j.vision.TextTowerConfig;
import llava4j.vision.VisionConfig;

/**
 * Reads the sizes of a model from {@code config.json}: transformers' 4.x and 5.x layouts, and the original LLaVA's.
 *
 * <p>A key that the file leaves out has transformers' default. What one would get wrong: the two generations of
 * transformers write the rotary base in different places, and the original LLaVA puts the decoder's sizes at the top and
 * names its encoder by a hub id alone.
 */
final class ConfigReader {

    static final int WIDEST = 65_536;
    static final int DEEPEST = 512;

    private ConfigReader() {
    }

    /** @param node a {@code clip_vision_model}'s config, or the {@code vision_config} of a larger one */
    static VisionConfig vision(Fields node) {
        node.refuseUnless("model_type", "clip_vision_model", "clip");
        return square(node, "hidden_size", 768, 12, 3072, "quick_gelu", 1e-5);
    }

    /**
     * A vision transformer's sizes.
     *
     * @param widthKey     the name that the width has
     * @param width        where the file leaves it out
     * @param layers       likewise, and with 12 of them 12 heads and patches of 32 pixels, else 16 heads and 14 pixels
     * @param intermediate likewise
     * @param activation   likewise
     * @param eps          likewise
     */
    static VisionConfig square(Fields node, String widthKey, int width, int layers, int intermediate, String activation,
                               double eps) {
        node.refuseUnless("num_channels", "3");
        int image = node.size("image_size", 224, 4096);
        int patch = node.size("patch_size", layers == 12 ? 32 : 14, image);
        int hidden = node.size(widthKey, width, WIDEST);
        int heads = node.size("num_attention_heads", layers == 12 ? 12 : 16, hidden);
        if (image % patch != 0) {
            throw node.error("patch_size", "it does not divide image_size " + image);
        }
        if (hidden % heads != 0) {
            throw node.error("num_attention_heads", "it does not divide " + widthKey + " " + hidden);
        }
        if ((image / patch) * (image / patch) > 65_536) {
            throw node.error("patch_size", "more than 65536 patches a picture");
        }
        return new VisionConfig(image, patch, hidden, node.size("intermediate_size", intermediate, 4 * WIDEST),
                node.size("num_hidden_layers", layers, DEEPEST), heads,
                node.word("hidden_act", activation, "quick_gelu", "gelu", "relu"),
                node.number("layer_norm_eps", eps, 0, 1), VisionConfig.Form.CLIP);
    }

    /** @param root config of a CLIP, of a LLaVA, or of a vision tower alone */
    static VisionConfig tower(Fields root) {
        return vision(root.has("vision_config") || root.has("vision_config_dict") ? part(root, "vision_config") : root);
    }

    /** One tower's settings; where there is also a {@code .._dict}, as in OpenAI's first checkpoints, that one counts. */
    private static Fields part(Fields root, String key) {
        return root.at(root.has(key + "_dict") ? key + "_dict" : key);
    }

    /** @param root config of a whole CLIP */
    static ClipConfig clip(Fields root) {
        Fields text = part(root, "text_config");
        int hidden = text.size("hidden_size", 512, WIDEST);
        int heads = text.size("num_attention_heads", 8, hidden);
        if (hidden % heads != 0) {
            throw text.error("num_attention_heads", "it does not divide hidden_size " + hidden);
        }
        TextTowerConfig tower = new TextTowerConfig(text.size("vocab_size", 49408, 10_000_000),
                text.size("max_position_embeddings", 77, 1_000_000), hidden,
                text.size("intermediate_size", 2048, 4 * WIDEST), text.size("num_hidden_layers", 12, DEEPEST), heads,
                text.word("hidden_act", "quick_gelu", "quick_gelu", "gelu", "relu"), text.number("layer_norm_eps", 1e-5, 0, 1),
                text.integer("eos_token_id", 49407, 0, Integer.MAX_VALUE));
        return new ClipConfig(vision(part(root, "vision_config")), tower, root.size("projection_dim", 512, WIDEST));
    }

    /** @param node a {@code llama}'s config, or the {@code text_config} of a LLaVA */
    static DecoderConfig decoder(Fields node, boolean tied) {
        if (node.has("rope_scaling")) {
            Fields scaling = node.at("rope_scaling");
            scaling.word(scaling.has("rope_type") ? "rope_type" : "type", "", "default");
        }
        node.refuseUnless("sliding_window");
        node.refuseUnless("pretraining_tp", "1");
        node.refuseUnless("quantization_config");
        node.refuseUnless("hidden_act", "silu");
        node.refuseUnless("partial_rotary_factor", "1.0", "1");
        Fields rope = node.at("rope_parameters");
        rope.refuseUnless("rope_type", "default");
        rope.refuseUnless("partial_rotary_factor", "1.0", "1");
        int hidden = node.size("hidden_size", 4096, WIDEST);
        int heads = node.size("num_attention_heads", 32, hidden);
        int keyHeads = node.size("num_key_value_heads", heads, heads);
        if (heads % keyHeads != 0) {
            throw node.error("num_key_value_heads", "it does not divide num_attention_heads " + heads);
        }
        if (!node.has("head_dim") && hidden % heads != 0) {
            throw node.error("num_attention_heads", "it does not divide hidden_size " + hidden);
        }
        int headSize = node.size("head_dim", hidden / heads, 4 * WIDEST / heads);
        if (headSize % 2 != 0) {
            throw node.error("head_dim", "the rotary embedding needs an even size");
        }
        double theta = rope.has("rope_theta") ? rope.number("rope_theta", 10_000.0, 1, 1e12)
                : node.number("rope_theta", 10_000.0, 1, 1e12);
        return new DecoderConfig(node.size("vocab_size", 32_000, 10_000_000), hidden,
                node.size("intermediate_size", 11_008, 4 * WIDEST), node.size("num_hidden_layers", 32, DEEPEST), heads,
                keyHeads, headSize, node.size("max_position_embeddings", 2048, 10_000_000), theta,
                node.number("rms_norm_eps", 1e-6, 0, 1), node.flag("attention_bias", false),
                node.flag("mlp_bias", false), tied, 0);
    }

    /** A decoder alone, as a LLaVA without eyes: no encoder, no projector, no {@code <image>}. */
    static LlavaConfig languageModel(Fields root, Fields generation) {
        DecoderConfig decoder = decoder(root, root.flag("tie_word_embeddings", false));
        return new LlavaConfig(null, null, decoder, 0, false, -1, bos(root, decoder), eos(root, generation),
                pad(root, decoder));
    }

    /** transformers' layout: {@code vision_config}, {@code text_config}. */
    static LlavaConfig llava(Fields root, Fields generation) {
        root.refuseUnless("quantization_config");
        Fields text = root.at("text_config");
        text.refuseUnless("model_type", "llama");
        // Some versions wrote it beside the decoder's sizes, others above them
        DecoderConfig decoder = decoder(text,
                text.flag("tie_word_embeddings", false) || root.flag("tie_word_embeddings", false));
        // As transformers for a LLaVA whose config.json says nothing of its encoder
        VisionConfig encoder = root.has("vision_config") ? vision(root.at("vision_config")) : VisionConfig.VIT_L_14_336;
        String type = root.word("mm_projector_type", "mlp2x_gelu",
                Arrays.stream(ConnectorType.values()).map(ConnectorType::type).toArray(String[]::new));
        boolean full = root.word("vision_feature_select_strategy", "default", "default", "full").equals("full");
        String imageKey = root.has("image_token_id") ? "image_token_id" : "image_token_index";
        return new LlavaConfig(encoder, connector(root, type, encoder, full, decoder), decoder,
                layer(root, "vision_feature_layer", encoder), full, imageToken(root, imageKey, 32_000), bos(text, decoder),
                eos(text, generation), pad(root.has("pad_token_id") ? root : text, decoder));
    }

    /** W in one of its two forms, or another connector in its usual sizes. */
    private static Connector connector(Fields root, String type, VisionConfig encoder, boolean full, DecoderConfig decoder) {
        boolean linear = type.equals("linear");
        if (!linear && !type.equals("mlp2x_gelu")) {
            return ConnectorType.of(type).orElseThrow().between(encoder.patches() + (full ? 1 : 0), encoder.hiddenSize(), decoder);
        }
        String activation = root.word("projector_hidden_act", "gelu", "gelu", "linear");
        if (linear != activation.equals("linear")) {
            throw root.error("projector_hidden_act", linear ? "mm_projector_type linear needs \"linear\" here"
                    : "need \"gelu\", or \"mm_projector_type\": \"linear\" beside it");
        }
        return new ProjectorConfig(type, encoder.hiddenSize(), decoder.hiddenSize(),
                root.flag("multimodal_projector_bias", true), "gelu");
    }

    /** The original repository's layout: the decoder's sizes at the top, the encoder elsewhere. */
    static LlavaConfig original(Fields root, Fields generation, Fields tower) {
        DecoderConfig decoder = decoder(root, root.flag("tie_word_embeddings", false));
        VisionConfig encoder = tower(tower);
        root.refuseUnless("mm_hidden_size", Integer.toString(encoder.hiddenSize()));
        String type = root.word("mm_projector_type", "linear", "linear", "mlp2x_gelu");
        root.refuseUnless("mm_use_im_start_end", "false");
        ProjectorConfig projector = new ProjectorConfig(type, encoder.hiddenSize(), decoder.hiddenSize(), true, "gelu");
        boolean full = root.word("mm_vision_select_feature", "patch", "patch", "cls_patch").equals("cls_patch");
        return new LlavaConfig(encoder, projector, decoder, layer(root, "mm_vision_select_layer", encoder), full,
                imageToken(root, "image_token_index", LlavaConfig.IMAGE_TOKEN_INDEX), bos(root, decoder),
                eos(root, generation), pad(root, decoder));
    }

    /** The original repository has no token for a picture; a model of it that is saved here says so by its number. */
    private static int imageToken(Fields root, String key, int missing) {
        boolean original = root.json().path(key).asInt() == LlavaConfig.IMAGE_TOKEN_INDEX;
        return original ? LlavaConfig.IMAGE_TOKEN_INDEX : root.has(key) ? root.integer(key, null, 0, Integer.MAX_VALUE)
                : missing;
    }

    private static int layer(Fields root, String key, VisionConfig encoder) {
        return root.integer(key, -2, -encoder.layers() - 1, encoder.layers());
    }

    static int bos(Fields node, DecoderConfig decoder) {
        return node.integer("bos_token_id", 1, 0, decoder.vocabularySize() - 1);
    }

    static List<Integer> eos(Fields node, Fields generation) {
        return generation.has("eos_token_id") ? generation.tokenIds("eos_token_id", List.of())
                : node.tokenIds("eos_token_id", List.of(2));
    }

    /** Padding is never looked at: a negative id ("none" in the first LLaMA checkpoints) is as good as 0. */
    static int pad(Fields node, DecoderConfig decoder) {
        return Math.max(0, node.integer("pad_token_id", 0, -1, decoder.vocabularySize() - 1));
    }
}
