package llava4j.plan;

import static llava4j.vision.VisionConfig.VIT_B_32;
import static llava4j.vision.VisionConfig.VIT_L_14;
import static llava4j.vision.VisionConfig.VIT_L_14_336;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import llava4j.error.UserError;
import llava4j.language.DecoderConfig;
import llava4j.model.LlavaConfig;
import llava4j.pretrain.ClipRecipe;
import llava4j.pretrain.LanguagePretraining;
import llava4j.projector.ProjectorConfig;
import llava4j.vision.VisionConfig;

/**
 * Configurations by name, from the tiny model that is trained here to the paper's.
 */
public final class Presets {

    private static final Map<String, LlavaConfig> BY_NAME = new LinkedHashMap<>();

    static {
        BY_NAME.put("tiny", llava(ClipRecipe.tinyWorld().config().vision(), "linear", LanguagePretraining.config().decoder()));
        BY_NAME.put("mid", llava(new VisionConfig(224, 14, 384, 1536, 12, 6, "quick_gelu", 1e-5), "linear",
                llama(8192, 512, 1376, 8, 8)));
        // The paper's CLIP before a decoder whose training step of 8 x 384 tokens fits a GPU of 24 GB: docs/gpu.md
        BY_NAME.put("gpu-small", llava(VIT_L_14, "linear", llama(32_000, 1024, 2816, 12, 16)));
        // One word more than published: <image>
        BY_NAME.put("smollm2-135m", llava(VIT_B_32, "linear", new DecoderConfig(49_153, 576, 1536, 30, 9, 3, 64, 8192,
                100_000, 1e-5, false, false, true)));
        BY_NAME.put("tinyllama-1.1b", llava(VIT_L_14, "linear", new DecoderConfig(32_001, 2048, 5632, 22, 32, 4, 64, 2048,
                10_000, 1e-5, false, false, false)));
        BY_NAME.put("llava-7b", llava(VIT_L_14, "linear", llama(32_000, 4096, 11_008, 32, 32)));
        BY_NAME.put("llava-13b", llava(VIT_L_14, "linear", llama(32_000, 5120, 13_824, 40, 40)));
        BY_NAME.put("llava-1.5-7b", llava(VIT_L_14_336, "mlp2x_gelu", llama(32_000, 4096, 11_008, 32, 32)));
    }

    private Presets() {
    }

    private static DecoderConfig llama(int vocabulary, int hidden, int intermediate, int layers, int heads) {
        return new DecoderConfig(vocabulary, hidden, intermediate, layers, heads, heads, hidden / heads, 2048, 10_000, 1e-5,
                false, false, false);
    }

    private static LlavaConfig llava(VisionConfig vision, String projector, DecoderConfig decoder) {
        return new LlavaConfig(vision, new ProjectorConfig(projector, vision.hiddenSize(), decoder.hiddenSize(), true,
                "gelu"), decoder, -2, false, 0, 1, List.of(2), 0);
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
