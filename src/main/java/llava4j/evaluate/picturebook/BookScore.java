package llava4j.evaluate.picturebook;

import java.util.List;
import java.util.Map;

/**
 * What the judge made of many answers.
 *
 * @param share     mean over all questions, in [0, 1]; NaN where there were none
 * @param questions how many
 * @param byKind    mean by kind of question
 */
public record BookScore(double share, int questions, Map<String, Double> byKind) {

    /**
     * {@return the score of some answers}
     *
     * @param exam     whose questions they answer
     * @param verdicts one for each question, in the order of the questions
     */
    public static BookScore of(BookSuite exam, List<Verdict> verdicts) {
        return new BookScore(verdicts.stream().mapToDouble(Verdict::share).average().orElse(Double.NaN), verdicts.size(),
                exam.byKind(verdicts));
    }
}
