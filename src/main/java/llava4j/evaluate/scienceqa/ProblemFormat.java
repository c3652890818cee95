package llava4j.evaluate.scienceqa;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import llava4j.conversation.Conversation;
import llava4j.conversation.Conversation.Turn;

/**
 * How a problem is asked and answered in words: question, context and options ("QCM") in, lecture, solution and answer
 * out (paper, section 5.2); or in LLaVA 1.5's form, context, question and options in ("CQM") and a letter out.
 *
 * <p>Which comes first in the answer is one of the paper's ablations. Reasoning first ends with the letter, and the letter
 * can follow from what was written before it; answer first names the letter and then finds reasons for it.
 */
public enum ProblemFormat {
    /** {@code lecture solution The answer is X.} */
    REASONING_FIRST,
    /** {@code The answer is X. BECAUSE lecture solution} */
    ANSWER_FIRST,
    /** {@code X}; asked for in so many words, as LLaVA 1.5 is, which was never tuned on these problems. */
    CQM;

    private static final String LETTER_ALONE = "Answer with the option's letter from the given choices directly.";

    /**
     * {@return what the model is asked; a picture comes first}
     *
     * @param problem with or without a picture
     */
    public String question(Problem problem) {
        return (problem.hasImage() ? Conversation.IMAGE + "\n" : "") + (this != CQM ? text(problem)
                : context(problem) + "\nQuestion: " + problem.question() + "\n" + options(problem) + "\n" + LETTER_ALONE);
    }

    /**
     * {@return the problem in words alone, as a solver without eyes is given it: question, context ("N/A" for none),
     * options}
     *
     * @param problem its picture is not spoken of
     */
    public static String text(Problem problem) {
        return problem.question() + "\n" + context(problem) + "\n" + options(problem);
    }

    private static String context(Problem problem) {
        return "Context: " + (problem.hasText() ? problem.hint() : "N/A");
    }

    private static String options(Problem problem) {
        return "Options: " + IntStream.range(0, problem.choices().size())
                .mapToObj(i -> "(" + Problem.letter(i) + ") " + problem.choices().get(i)).collect(Collectors.joining(" "));
    }

    /**
     * {@return what the model learns to say: lecture and solution with the letter after or before them, or the letter
     * alone where it has neither}
     *
     * @param problem its answer is written out
     */
    public String answer(Problem problem) {
        if (this == CQM) {
            return Problem.letter(problem.answer());
        }
        String letter = "The answer is " + Problem.letter(problem.answer()) + ".";
        String reasons = Stream.of(problem.lecture(), problem.solution()).filter(part -> !part.isEmpty())
                .map(part -> part.replace('\n', ' ')).collect(Collectors.joining(" "));
        if (reasons.isEmpty()) {
            return letter;
        }
        return this == REASONING_FIRST ? reasons + " " + letter : letter + " BECAUSE " + reasons;
    }

    /**
     * {@return the problem as a training sample of one turn}
     *
     * @param problem with or without a picture
     */
    public Conversation conversation(Problem problem) {
        return new Conversation(problem.id(), problem.hasImage() ? List.of(problem.image()) : List.of(),
                List.of(new Turn(question(problem), answer(problem))));
    }
}
