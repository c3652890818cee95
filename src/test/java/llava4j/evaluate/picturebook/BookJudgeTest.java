package llava4j.evaluate.picturebook;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The picture book's judge")
class BookJudgeTest {

    private static final double LEAST_AGREEMENT = 0.95;
    private static final double LEAST_AGREEMENT_ON_A_MODEL = 0.85;
    private static final int FEW = 10;

    @Test
    @DisplayName("agrees with the labels of answers written by hand on at least 95 of 100, and on nine of ten of each kind")
    void writtenByHand() throws IOException {
        List<LabelledAnswer> answers = LabelledAnswer.of("answers.txt");
        assertTrue(answers.size() >= 200);
        List<String> differences = differences(answers);
        assertTrue(agreement(answers) >= LEAST_AGREEMENT, differences::toString);
        answers.stream().collect(Collectors.groupingBy(LabelledAnswer::type)).forEach((type, some) ->
                assertTrue(some.size() < FEW || agreement(some) >= 0.9, () -> type + ": " + differences(some)));
    }

    @Test
    @DisplayName("agrees with the labels of what a small model said on at least 85 of 100")
    void saidByAModel() throws IOException {
        List<LabelledAnswer> answers = LabelledAnswer.of("model-answers.txt");
        assertTrue(agreement(answers) >= LEAST_AGREEMENT_ON_A_MODEL, () -> differences(answers).toString());
    }

    @Test
    @DisplayName("takes a narrower kind for right where it is true of the thing, and a broader name for no name")
    void narrowerAndBroader() {
        String asked = "What kind of thing is an eagle?";
        assertTrue(BookJudge.judge("kind", asked, LabelledAnswer.scene("eagle@left"), "It is a bird.").right());
        assertFalse(BookJudge.judge("kind", "What kind of thing is a dog?", LabelledAnswer.scene("dog@left"), "It is a bird.").right());
        assertFalse(BookJudge.judge("naming", "What is this?", LabelledAnswer.scene("eagle@left"), "It is a bird.").right());
    }

    private static double agreement(List<LabelledAnswer> answers) {
        return 1 - differences(answers).size() / (double) answers.size();
    }

    /** What judge and label say differently. */
    static List<String> differences(List<LabelledAnswer> answers) {
        List<String> differences = new ArrayList<>();
        for (LabelledAnswer one : answers) {
            Verdict verdict = BookJudge.judge(one.type(), one.question(), one.scene(), one.answer());
            if (Math.abs(verdict.share() - one.label()) > 1e-6) {
                differences.add(String.format("%n%s: %s - %s [label %.2f, judge %.2f: %s]", one.type(), one.question(), one.answer(),
                        one.label(), verdict.share(), verdict.reason()));
            }
        }
        return differences;
    }
}
