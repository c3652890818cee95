package llava4j.evaluate.scienceqa;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Predicate;

/**
 * Accuracy as ScienceQA's table gives it: by subject, by what the context holds, by grade, and in all.
 *
 * <p>A problem with both a picture and a text context counts under TXT and under IMG; one with neither counts under NO.
 *
 * @param byGroup   share of right answers, in [0, 1], in the table's order: NAT SOC LAN TXT IMG NO G1-6 G7-12; a group
 *                  without problems is NaN
 * @param average   over all problems
 * @param problems  their number
 * @param unanswered how many had no answer that could be read; they count as wrong
 */
public record Accuracy(Map<String, Double> byGroup, double average, int problems, int unanswered) {

    private static final Map<String, Predicate<Problem>> GROUPS = new LinkedHashMap<>();

    static {
        GROUPS.put("NAT", problem -> problem.subject().equals("natural science"));
        GROUPS.put("SOC", problem -> problem.subject().equals("social science"));
        GROUPS.put("LAN", problem -> problem.subject().equals("language science"));
        GROUPS.put("TXT", Problem::hasText);
        GROUPS.put("IMG", Problem::hasImage);
        GROUPS.put("NO", problem -> !problem.hasText() && !problem.hasImage());
        GROUPS.put("G1-6", problem -> problem.grade() <= 6);
        GROUPS.put("G7-12", problem -> problem.grade() > 6);
    }

    /**
     * {@return the accuracies by group and in all}
     *
     * @param problems those that were asked
     * @param answers  the choice for each problem, empty for none
     */
    public static Accuracy of(List<Problem> problems, List<OptionalInt> answers) {
        Map<String, Double> byGroup = new LinkedHashMap<>();
        GROUPS.forEach((name, group) -> byGroup.put(name, share(problems, answers, group)));
        return new Accuracy(byGroup, share(problems, answers, problem -> true), problems.size(),
                (int) answers.stream().filter(OptionalInt::isEmpty).count());
    }

    private static double share(List<Problem> problems, List<OptionalInt> answers, Predicate<Problem> group) {
        int asked = 0;
        int right = 0;
        for (int i = 0; i < problems.size(); i++) {
            if (group.test(problems.get(i))) {
                asked++;
                right += answers.get(i).equals(OptionalInt.of(problems.get(i).answer())) ? 1 : 0;
            }
        }
        return asked == 0 ? Double.NaN : (double) right / asked;
    }
}
