package llava4j.model;

/** How a prompt says where its pictures are: what the model has seen in its training. */
public enum PictureMarks {
    /** {@code <image>} where the picture belongs; it stands for all of the picture's image tokens (LLaVA). */
    IN_THE_TEXT,
    /** As LLaVA, but what the text does not mark stands before it, before the token that begins a text too (BLIP-2). */
    BEFORE_THE_TEXT,
    /** {@code <image>} between two {@code <fake_token_around_image>}; neighbours share one, and spaces around go (IDEFICS). */
    BETWEEN_FAKE_TOKENS
}
