package llava4j.checkpoint;

import java.util.LinkedHashMap;
import java.util.Map;
import llava4j.language.DecoderConfig;
import llava4j.model.LlavaConfig;
import llava4j.vision.ClipConfig;
import llava4j.vision.TextTowerConfig;
import llava4j.vision.VisionConfig;

/**
 * Every tensor that a model of given sizes has, with its shape: the list that a checkpoint is held against, and the list
 * that a parameter count adds up.
 */
public final class ExpectedTensors {

    private final Map<String, long[]> shapes = new LinkedHashMap<>();

    private ExpectedTensors() {
    }

    /**
     * {@return shapes by name, of a LLaVA, or of a language model alone (no encoder, no connector)}
     *
     * @param config sizes; {@code vision()} is {@code null} for a language model
     */
    public static Map<String, long[]> of(LlavaConfig config) {
        ExpectedTensors expected = new ExpectedTensors();
        if (config.vision() != null) {
            expected.vision("vision_tower.vision_model.", config.vision());
            expected.shapes.putAll(config.connector().shapes(config.decoder()));
        }
        expected.decoder(config.decoder());
        return expected.shapes;
    }

    /**
     * {@return shapes by name, of a CLIP: both towers, both projections, the temperature}
     *
     * @param config sizes of both towers
     */
    public static Map<String, long[]> of(ClipConfig config) {
        ExpectedTensors expected = new ExpectedTensors();
        expected.vision("vision_model.", config.vision());
        expected.textTower(config.text());
        expected.put("visual_projection.weight", config.projectionSize(), config.vision().hiddenSize());
        expected.put("text_projection.weight", config.projectionSize(), config.text().hiddenSize());
        expected.put("logit_scale");
        return expected.shapes;
    }

    /**
     * {@return shapes by name, of a vision tower alone, under a LLaVA's names}
     *
     * @param config sizes of the tower
     */
    public static Map<String, long[]> of(VisionConfig config) {
        ExpectedTensors expected = new ExpectedTensors();
        expected.vision("vision_tower.vision_model.", config);
        return expected.shapes;
    }

    /**
     * {@return shapes by name, of a decoder alone, under a LLaVA's names}
     *
     * @param config sizes of the decoder
     */
    public static Map<String, long[]> of(DecoderConfig config) {
        ExpectedTensors expected = new ExpectedTensors();
        expected.decoder(config);
        return expected.shapes;
    }

    private void put(String name, long... shape) {
        shapes.put(name, shape);
    }

    private void linear(String name, long in, long out, boolean bias) {
        put(name + ".weight", out, in);
        if (bias) {
            put(name + ".bias", out);
        }
    }

    private void norm(String name, long size) {
        put(name + ".weight", size);
        put(name + ".bias", size);
    }

    private void vision(String prefix, VisionConfig c) {
        put(prefix + "embeddings.class_embedding", c.hiddenSize());
        boolean clip = c.form() == VisionConfig.Form.CLIP;
        put(prefix + "embeddings.patch_embedding.weight", c.hiddenSize(), 3, c.patchSize(), c.patchSize());
        if (!clip) {
            put(prefix + "embeddings.patch_embedding.bias", c.hiddenSize());
        }
        put(prefix + "embeddings.position_embedding.weight", c.patches() + 1, c.hiddenSize());
        if (clip) {
            norm(prefix + "pre_layrnorm", c.hiddenSize());
        }
        encoder(prefix, c.layers(), c.hiddenSize(), c.intermediateSize());
        if (clip) {
            norm(prefix + "post_layernorm", c.hiddenSize());      // of BLIP-2's encoder, the connector's first norm
        }
    }

    private void textTower(TextTowerConfig c) {
        put("text_model.embeddings.token_embedding.weight", c.vocabularySize(), c.hiddenSize());
        put("text_model.embeddings.position_embedding.weight", c.maxPositions(), c.hiddenSize());
        encoder("text_model.", c.layers(), c.hiddenSize(), c.intermediateSize());
        norm("text_model.final_layer_norm", c.hiddenSize());
    }

    private void encoder(String prefix, int layers, long hidden, long intermediate) {
        for (int i = 0; i < layers; i++) {
            String layer = prefix + "encoder.layers." + i + ".";
            for (String projection : new String[] {"q_proj", "k_proj", "v_proj", "out_proj"}) {
                linear(layer + "self_attn." + projection, hidden, hidden, true);
            }
            norm(layer + "layer_norm1", hidden);
            linear(layer + "mlp.fc1", hidden, intermediate, true);
            linear(layer + "mlp.fc2", intermediate, hidden, true);
            norm(layer + "layer_norm2", hidden);
        }
    }

    private void decoder(DecoderConfig c) {
        String model = "language_model.model.";
        put(model + "embed_tokens.weight", c.tableSize(), c.hiddenSize());
        if (c.additionalTokens() > 0) {
            put(model + "embed_tokens.additional_embedding.weight", c.additionalTokens(), c.hiddenSize());
        }
        long queries = (long) c.heads() * c.headSize();
        long keys = (long) c.keyValueHeads() * c.headSize();
        for (int i = 0; i < c.layers(); i++) {
            String layer = model + "layers." + i + ".";
            linear(layer + "self_attn.q_proj", c.hiddenSize(), queries, c.attentionBias());
            linear(layer + "self_attn.k_proj", c.hiddenSize(), keys, c.attentionBias());
            linear(layer + "self_attn.v_proj", c.hiddenSize(), keys, c.attentionBias());
            linear(layer + "self_attn.o_proj", queries, c.hiddenSize(), c.attentionBias());
            put(layer + "input_layernorm.weight", c.hiddenSize());
            put(layer + "post_attention_layernorm.weight", c.hiddenSize());
            linear(layer + "mlp.gate_proj", c.hiddenSize(), c.intermediateSize(), c.mlpBias());
            linear(layer + "mlp.up_proj", c.hiddenSize(), c.intermediateSize(), c.mlpBias());
            linear(layer + "mlp.down_proj", c.intermediateSize(), c.hiddenSize(), c.mlpBias());
        }
        put(model + "norm.weight", c.hiddenSize());
        if (!c.tiedEmbeddings()) {
            put("language_model.lm_head.weight", c.tableSize(), c.hiddenSize());
            if (c.additionalTokens() > 0) {
                put("language_model.lm_head.additional_fc.weight", c.additionalTokens(), c.hiddenSize());
            }
        }
    }
}
