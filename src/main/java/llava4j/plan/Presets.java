package llava4j.plan;

import static llava4j.language.DecoderConfig.SMOLLM2_135M;
import static llava4j.language.DecoderConfig.TINYLLAMA_1_1B;
import static llava4j.language.DecoderConfig.VICUNA_13B;
import static llava4j.language.DecoderConfig.VICUNA_7B;
import static llava4j.vision.VisionConfig.VIT_B_32;
import static llava4j.vision.VisionConfig.VIT_L_14;
import static llava4j.vision.VisionConfig.VIT_L_14_336;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import llava4j.error.UserError;
import llava4j.language.DecoderConfig;
import llava4j.model.LlavaConfig;
import llava4j.pretrain.ClipRecipe;
import llava4j.pretrain.LanguagePretraining;
import llava4j.vision.VisionConfig;

/**
 * Configurations by name, from the tiny model that is trained here to the paper's.
 */
public final class Presets {

    private static final Map<String, LlavaConfig> BY_NAME = new LinkedHashMap<>();

    static {
        BY_NAME.put("tiny", LlavaConfig.of(ClipRecipe.tinyWorld().config().vision(), "linear",
                LanguagePretraining.config().decoder()));
        BY_NAME.put("mid", LlavaConfig.of(VIT_B_32.withPatchSize(14).withHiddenSize(384).withIntermediateSize(1536).withHeads(6),
                "linear", VICUNA_7B.withVocabularySize(8192).withHiddenSize(512).withIntermediateSize(1376).withLayers(8)
                        .withHeads(8)));
        // The paper's CLIP before a decoder whose training step of 8 x 384 tokens fits a GPU of 24 GB: docs/gpu.md
        BY_NAME.put("gpu-small", LlavaConfig.of(VIT_L_14, "linear",
                VICUNA_7B.withHiddenSize(1024).withIntermediateSize(2816).withLayers(12).withHeads(16)));
        BY_NAME.put("smollm2-135m", withPicture(VIT_B_32, SMOLLM2_135M));
        BY_NAME.put("tinyllama-1.1b", withPicture(VIT_L_14, TINYLLAMA_1_1B));
        BY_NAME.put("llava-7b", LlavaConfig.of(VIT_L_14, "linear", VICUNA_7B));
        BY_NAME.put("llava-13b", LlavaConfig.of(VIT_L_14, "linear", VICUNA_13B));
        BY_NAME.put("llava-1.5-7b", LlavaConfig.of(VIT_L_14_336, "mlp2x_gelu", VICUNA_7B));
    }

    private Presets() {
    }

    /** The decoder has one token more than is published: {@code <image>}. */
    private static LlavaConfig withPicture(VisionConfig vision, DecoderConfig decoder) {
        return LlavaConfig.of(vision, "linear", decoder.withVocabularySize(decoder.vocabularySize() + 1));
    }

    /** {@return all names, the smallest first} */
    public static Set<String> names() {
        return BY_NAME.keySet();
    }

    /**
     * {@return the configuration of that name}
     *
     * @param name one of {@link #names}
     * @throws UserError if there is none of that name
     */
    public static LlavaConfig of(String name) {
        LlavaConfig config = BY_NAME.get(name);
        if (config == null) {
            throw UserError.of("--config %s: neither a file, nor a directory, nor one of %s", name,
                    String.join(", ", names()));
        }
        return config;
    }
}
