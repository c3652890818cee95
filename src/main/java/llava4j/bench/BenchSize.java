package llava4j.bench;

import java.util.List;
import java.util.Locale;
import llava4j.language.DecoderConfig;
import llava4j.model.LlavaConfig;
import llava4j.plan.Presets;
import llava4j.projector.ProjectorConfig;
import llava4j.vision.VisionConfig;

/**
 * The models that are timed, and the batches they are timed with.
 *
 * <p>{@code TINY} is the model of the tiny world. {@code MID} is one that a patient person still trains on two cores: as
 * many image tokens as the paper's model, 256, and a decoder of 33 million numbers. {@code GPU_SMALL} has the paper's encoder
 * before a decoder of 220 million, for one GPU.
 */
public enum BenchSize {
    /** The model of the tiny world and its batches of 32. */
    TINY("tiny", 32, 15, 39, 1000, 2000, 6000, 32),
    /** 256 image tokens and a decoder of 33 million numbers, in batches of 4. */
    MID("mid", 4, 32, 64, 100, 200, 400, 32),
    /** The paper's encoder before a decoder of 220 million numbers, in batches of 8. */
    GPU_SMALL("gpu-small", 8, 64, 128, 100, 200, 1600, 64);

    private final String preset;
    private final int batch;
    private final int captionTokens;
    private final int instructionTokens;
    private final int steps1;
    private final int steps2;
    private final int pictures;
    private final int newTokens;

    BenchSize(String preset, int batch, int captionTokens, int instructionTokens, int steps1, int steps2,
              int pictures, int newTokens) {
        this.preset = preset;
        this.batch = batch;
        this.captionTokens = captionTokens;
        this.instructionTokens = instructionTokens;
        this.steps1 = steps1;
        this.steps2 = steps2;
        this.pictures = pictures;
        this.newTokens = newTokens;
    }

    /** Encoder and decoder joined by a linear W. The last id of the vocabulary is {@code <image>}; no id ends an answer. */
    static LlavaConfig of(VisionConfig vision, DecoderConfig decoder) {
        return new LlavaConfig(vision, new ProjectorConfig("linear", vision.hiddenSize(), decoder.hiddenSize(), true,
                "gelu"), decoder, -2, false, decoder.vocabularySize() - 1, 1, List.of(), 0);
    }

    /** {@return sizes of the model} */
    public LlavaConfig config() {
        // Only when asked for: every command's start lists these names, and counting the tiny vocabulary takes a second
        LlavaConfig whole = Presets.of(preset);
        return of(whole.vision(), whole.decoder());
    }

    /** {@return samples a training step, each with one picture} */
    public int batch() {
        return batch;
    }

    /** {@return tokens of a sample besides the picture's, in stage 1} */
    public int captionTokens() {
        return captionTokens;
    }

    /** {@return tokens of a sample besides the picture's, in stage 2 and in the prompt that is answered} */
    public int instructionTokens() {
        return instructionTokens;
    }

    /** {@return steps of stage 1 in the whole recipe} */
    public int steps1() {
        return steps1;
    }

    /** {@return steps of stage 2 in the whole recipe} */
    public int steps2() {
        return steps2;
    }

    /** {@return different pictures in the whole recipe's data} */
    public int pictures() {
        return pictures;
    }

    /** {@return tokens that are decoded} */
    public int newTokens() {
        return newTokens;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
