package llava4j.model;

/** How a prompt says where its pictures are: what the model has seen in its training. */
public enum PictureMarks {
    /** {@code <image>} where the picture belongs; it stands for all of the picture's image tokens (LLaVA). */
    IN_THE_TEXT,
    /**
     * Before the text, before the token that begins it too (BLIP-2). A conversation's pictures stand there wherever it marks them; a
     * raw prompt that has {@code <image>} in it is taken at its word.
     */
    BEFORE_THE_TEXT,
    /** {@code <image>} between two {@code <fake_token_around_image>}; neighbours share one, and spaces around go (IDEFICS). */
    BETWEEN_FAKE_TOKENS
}
