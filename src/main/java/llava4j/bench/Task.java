package llava4j.bench;

import java.util.Locale;

/**
 * What is timed, in the order in which it is. Stage 2 comes first, so that the memory it took is its own.
 */
public enum Task {
    /** Forward, backward and update where W and the decoder learn, the encoder's features given. */
    STAGE2_STEP("one training step of stage 2: W and the decoder learn"),
    /** Forward, backward and update where W alone learns, the encoder's features given. */
    STAGE1_STEP("one training step of stage 1: W learns"),
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

    Task(String description) {
        this.description = description;
    }

    /** {@return what is timed, in a few words} */
    public String description() {
        return description;
    }

    /** The stage of training that is timed, 1 or 2; 0 where nothing is trained. */
    int stage() {
        return this == STAGE1_STEP ? 1 : this == STAGE2_STEP ? 2 : 0;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
