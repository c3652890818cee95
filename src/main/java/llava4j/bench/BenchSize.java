package llava4j.bench;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import llava4j.language.DecoderConfig;
import llava4j.model.LlavaConfig;
import llava4j.plan.Presets;
import llava4j.vision.VisionConfig;

/**
 * The models that are timed, and the batches they are timed with.
 *
 * <p>{@code TINY} is the model of the tiny world. {@code MID} is one that a patient person still trains on two cores: as
 * many image tokens as the paper's model, 256, and a decoder of 33 million parameters. {@code GPU_SMALL} has the paper's
 * encoder before a decoder of 220 million, for one GPU. {@code SMOLLM2} and {@code TINYLLAMA} have the shapes of published
 * models, SmolLM2-135M behind CLIP's ViT-B/32 and TinyLlama-1.1B behind ViT-L/14, and keep their decoders in bfloat16 as
 * those are published.
 */
public enum BenchSize {
    /** The model of the tiny world and its batches of 32. */
    TINY("tiny", new Batches(32).captions(15).instructions(39), new Recipe(1000, 2000, 6000)),
    /** 256 image tokens and a decoder of 33 million parameters, in batches of 4. */
    MID("mid", new Batches(4).captions(32).instructions(64), new Recipe(100, 200, 400)),
    /** The paper's encoder before a decoder of 220 million parameters, in batches of 8. */
    GPU_SMALL("gpu-small", new Batches(8).captions(64).instructions(128).answers(64), new Recipe(100, 200, 1600)),
    /** ViT-B/32 before SmolLM2's shape, in batches of 4. */
    SMOLLM2("smollm2-135m", new Batches(4).pictures(8).captions(32).instructions(64).bfloat16(), new Recipe(100, 200, 400)),
    /** ViT-L/14 before TinyLlama's shape, in batches of 2. */
    TINYLLAMA("tinyllama-1.1b", new Batches(2).captions(32).instructions(64).bfloat16(), new Recipe(100, 200, 400));

    /**
     * What a model of a size is given to do.
     *
     * @param rows         samples of a training step, each with one picture
     * @param pictures     that are encoded at once where the encoder alone is timed
     * @param captions     tokens of a sample besides the picture's, in stage 1
     * @param instructions the same in stage 2, and in the prompt that is answered
     * @param answers      tokens that are decoded
     * @param sixteenBits  whether the decoder is kept in bfloat16
     */
    record Batches(int rows, int pictures, int captions, int instructions, int answers, boolean sixteenBits) {

        Batches(int rows) {
            this(rows, rows, 0, 0, 32, false);
        }

        Batches pictures(int count) {
            return new Batches(rows, count, captions, instructions, answers, sixteenBits);
        }

        Batches captions(int tokens) {
            return new Batches(rows, pictures, tokens, instructions, answers, sixteenBits);
        }

        Batches instructions(int tokens) {
            return new Batches(rows, pictures, captions, tokens, answers, sixteenBits);
        }

        Batches answers(int tokens) {
            return new Batches(rows, pictures, captions, instructions, tokens, sixteenBits);
        }

        Batches bfloat16() {
            return new Batches(rows, pictures, captions, instructions, answers, true);
        }

        Batches float32() {
            return new Batches(rows, pictures, captions, instructions, answers, false);
        }
    }

    /**
     * The whole of both stages.
     *
     * @param steps1   steps of stage 1
     * @param steps2   steps of stage 2
     * @param pictures different pictures in the data
     */
    record Recipe(int steps1, int steps2, int pictures) {
    }

    private final String preset;
    private final Batches batches;
    private final Recipe recipe;

    BenchSize(String preset, Batches batches, Recipe recipe) {
        this.preset = preset;
        this.batches = batches;
        this.recipe = recipe;
    }

    /** Encoder and decoder joined by a linear W. The last id of the vocabulary is {@code <image>}; no id ends an answer. */
    static LlavaConfig of(VisionConfig vision, DecoderConfig decoder) {
        return LlavaConfig.of(vision, "linear", decoder).withEosTokenIds(List.of());
    }

    /** {@return sizes of the model} */
    public LlavaConfig config() {
        // Only when asked for: every command's start lists these names, and counting the tiny vocabulary takes a second
        LlavaConfig whole = Presets.of(preset);
        return of(whole.vision(), whole.decoder());
    }

    /** {@return what is timed unless something else is asked for: what a person would do with a model of this size} */
    public Set<Task> tasks() {
        return switch (this) {
            case TINY -> EnumSet.complementOf(EnumSet.of(Task.LORA_STEP, Task.DECODE_LLAMA_CPP));
            case MID, GPU_SMALL -> EnumSet.complementOf(EnumSet.of(Task.RECIPE, Task.LORA_STEP, Task.ENCODE_ONE, Task.DECODE_LLAMA_CPP));
            case SMOLLM2 -> EnumSet.of(Task.STAGE1_STEP, Task.ENCODE, Task.ENCODE_ONE, Task.PREFILL, Task.DECODE_TOKEN);
            case TINYLLAMA -> EnumSet.of(Task.ENCODE, Task.PREFILL, Task.DECODE_TOKEN);
        };
    }

    /** {@return whether the decoder is kept in bfloat16} */
    public boolean sixteenBits() {
        return batches.sixteenBits();
    }

    Batches batches() {
        return batches;
    }

    Recipe recipe() {
        return recipe;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
