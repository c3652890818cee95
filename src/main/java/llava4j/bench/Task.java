package llava4j.bench;

import java.util.Locale;

/**
 * What is timed, in the order in which it is. Stage 2 comes first, so that the memory it took is its own.
 */
public enum Task {
    STAGE2_STEP("one training step of stage 2: W and the decoder learn"),
    STAGE1_STEP("one training step of stage 1: W learns"),
    RECIPE("both stages, shortened, and scaled to all their steps"),
    ENCODE("the encoder, for a batch of pictures"),
    PREFILL("one picture and prompt read, up to the first token's logits"),
    DECODE_TOKEN("one more token behind the cache, greedy");

    private final String description;

    Task(String description) {
        this.description = description;
    }

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
