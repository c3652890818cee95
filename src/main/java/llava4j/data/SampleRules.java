package llava4j.data;

/**
 * What becomes of samples that are sound in themselves and yet cannot be used as they are.
 *
 * @param tooLong those with more tokens than the model's context
 * @param missing those with a picture that is not there, or is none
 */
public record SampleRules(TooLong tooLong, Missing missing) {

    /** Each is a fault, and the run does not start. */
    public static final SampleRules STRICT = new SampleRules(TooLong.STOP, Missing.STOP);

    /** For samples with more tokens than the model's context. */
    public enum TooLong {
        /** A fault. */
        STOP,
        /** Left out, and counted. */
        SKIP,
        /** Cut off at the end, as in the reference; left out if nothing scored is left, or a picture would be cut. */
        TRUNCATE
    }

    /** For samples with a picture that is not there, or is none by its first bytes. */
    public enum Missing {
        /** A fault. */
        STOP,
        /** Left out, and counted. */
        SKIP
    }
}
