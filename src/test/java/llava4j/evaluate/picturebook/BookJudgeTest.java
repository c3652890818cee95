package llava4j.evaluate.picturebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The picture book's judge")
class BookJudgeTest {

    private static final double LEAST_AGREEMENT = 0.95;

    @Test
    @DisplayName("agrees with the hand-written labels on at least 95 of 100 answers, and on nine of ten of each kind there is much of")
    void agreement() throws IOException {
        List<LabelledAnswer> answers = LabelledAnswer.all();
        List<String> differences = new ArrayList<>();
        Map<String, List<Boolean>> byType = new TreeMap<>();
        for (LabelledAnswer one : answers) {
            Verdict verdict = BookJudge.judge(one.type(), one.question(), one.scene(), one.answer());
            boolean agrees = Math.abs(verdict.share() - one.label()) < 1e-6;
            byType.computeIfAbsent(one.type(), type -> new ArrayList<>()).add(agrees);
            if (!agrees) {
                differences.add(one.type() + ": " + one.question() + " - " + one.answer() + " [label " + one.label() + ", judge "
                        + verdict + "]");
            }
        }
        double agreement = 1 - differences.size() / (double) answers.size();
        String told = String.format("%.1f %% of %d%n%s", 100 * agreement, answers.size(), String.join("\n", differences));
        System.out.println(told);
        assertTrue(answers.size() >= 200);
        assertTrue(agreement >= LEAST_AGREEMENT, told);
        byType.forEach((type, all) -> assertTrue(all.size() < 10 || all.stream().filter(agrees -> agrees).count() >= 0.9 * all.size(),
                type + "\n" + told));
    }
}
