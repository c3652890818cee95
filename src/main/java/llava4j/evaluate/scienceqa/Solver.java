package llava4j.evaluate.scienceqa;

/**
 * A solver without eyes, in the part that the text-only GPT-4 plays in the paper: it reads the problem in words, and is
 * never shown the picture.
 *
 * <p>It answers in words, as the model does, and the same {@link AnswerParser} reads both. It may give no letter.
 */
public interface Solver {

    /**
     * {@return the answer to a problem, in words}
     *
     * @param problem its picture is not shown
     */
    String answer(Problem problem);

    /**
     * Asked again, with both answers before it.
     *
     * @param problem the same as before
     * @param own     its own first answer
     * @param model   the model's
     * @return the answer in words, which may be a third one or none
     */
    String again(Problem problem, String own, String model);
}
