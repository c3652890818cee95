package llava4j.data;

import java.util.Optional;
import llava4j.conversation.Conversation;

/**
 * How the samples of a data file are taken: what becomes of those that are sound in themselves and yet cannot be used as
 * they are, and what a caption answers.
 *
 * @param tooLong those with more tokens than the model's context
 * @param missing those with a picture that is not there, or is none
 * @param brief   the requests that captions answer; empty if the picture alone stands before its caption, and in stage 2
 */
public record SampleRules(TooLong tooLong, Missing missing, Optional<BriefInstructions> brief) {

    /** Each is a fault, and the run does not start. */
    public static final SampleRules STRICT = new SampleRules(TooLong.STOP, Missing.STOP);

    /**
     * Rules under which samples are asked as the file asks them.
     *
     * @param tooLong those with more tokens than the model's context
     * @param missing those with a picture that is not there, or is none
     */
    public SampleRules(TooLong tooLong, Missing missing) {
        this(tooLong, missing, Optional.empty());
    }

    /**
     * {@return the same rules with captions that answer other requests}
     *
     * @param requests empty for none
     */
    public SampleRules asking(Optional<BriefInstructions> requests) {
        return new SampleRules(tooLong, missing, requests);
    }

    /**
     * {@return a sample as it is trained on}
     *
     * @param sample as the file has it
     * @throws llava4j.error.UserError if it is no caption and should be one
     */
    public Conversation asked(Conversation sample) {
        return brief.map(requests -> requests.asked(sample)).orElse(sample);
    }

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
