package llava4j.evaluate.scienceqa;

/**
 * A solver without eyes, in the part that the text-only GPT-4 plays in the paper: it reads the problem in words, and is
 * never shown the picture.
 *
 * <p>It answers in words, as the model does, and the same {@link AnswerParser} reads both. It may give no letter.
 */
public interface Solver {

    /** The answer to a problem. */
    String answer(Problem problem);

    /**
     * Asked again, with both answers before it.
     *
     * @param own   its own first answer
     * @param model the model's
     */
    String again(Problem problem, String own, String model);
}
