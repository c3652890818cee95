package llava4j.conversation;

/**
 * A piece of a rendered conversation together with whether the model is taught to say it.
 *
 * <p>The mask is made while the text is, and tokenised with it. The reference code renders first and cuts the text up
 * again by its separators to find the answers; where the pieces then tokenise to other lengths than the whole, it zeroes
 * the sample without a word, and the loss reads 0.
 *
 * @param text       the piece
 * @param supervised how many of its tokens are scored
 */
record Segment(String text, Supervised supervised) {

    enum Supervised {
        /** None: what is given, not learned. */
        NONE,
        /** The first two tokens: the boundary "###" before a human turn, which ends the answer before it. */
        FIRST_TWO,
        /** All. */
        ALL
    }

    static Segment given(String text) {
        return new Segment(text, Supervised.NONE);
    }

    static Segment learned(String text) {
        return new Segment(text, Supervised.ALL);
    }
}
