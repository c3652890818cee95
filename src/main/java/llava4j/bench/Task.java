package llava4j.bench;

import java.util.Locale;
import llava4j.train.Stage;

/**
 * What is timed, in the order in which it is. Stage 2 comes first, so that the memory it took is its own.
 */
public enum Task {
    /** Forward, backward and update where W and the decoder learn, the encoder's features given. */
    STAGE2_STEP("one training step of stage 2: W and the decoder learn", Stage.INSTRUCTION_TUNING),
    /** Forward, backward and update where W alone learns, the encoder's features given. */
    STAGE1_STEP("one training step of stage 1: W learns", Stage.FEATURE_ALIGNMENT),
    /** The same where W and matrices of rank 32 beside the decoder's learn. */
    LORA_STEP("one training step of stage 2 as LoRA", Stage.LOW_RANK_TUNING),
    /** Both stages from pictures to weights, the encoding counted once. */
    RECIPE("both stages, shortened, and scaled to all their steps"),
    /** Zv = g(Xv) for a batch of pictures. */
    ENCODE("the encoder, for a batch of pictures"),
    /** Zv = g(Xv) for one picture, as when somebody asks about one. */
    ENCODE_ONE("the encoder, for one picture"),
    /** Picture and prompt to the logits of the first answered token. */
    PREFILL("one picture and prompt read, up to the first token's logits"),
    /** One token through the decoder, the keys and values of all earlier ones in the cache. */
    DECODE_TOKEN("one more token after the cache, greedy"),
    /** The same beside llama.cpp, which has a file of its own of a model of the same shape. */
    DECODE_LLAMA_CPP("one more token after the cache, beside llama.cpp");

    private final String description;
    private final Stage stage;

    Task(String description) {
        this(description, null);
    }

    Task(String description, Stage stage) {
        this.description = description;
        this.stage = stage;
    }

    /** {@return what is timed, in a few words} */
    public String description() {
        return description;
    }

    /** The stage of training of which a step is timed, or {@code null}. */
    Stage stage() {
        return stage;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
