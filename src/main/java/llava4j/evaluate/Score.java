package llava4j.evaluate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Exact match: the share of answers that are, word for word, the right one.
 *
 * @param accuracy  over all questions, in [0, 1]
 * @param questions number of questions
 * @param byType    share by type of question
 * @param byObjects share by number of things in the picture
 * @param shortOne  share of short questions about pictures of one thing
 * @param shortMany share of short questions about pictures of two and three things
 */
public record Score(double accuracy, int questions, Map<String, Double> byType, Map<String, Double> byObjects,
                    double shortOne, double shortMany) {

    /**
     * What a question was and whether it was answered rightly.
     *
     * @param type    of question
     * @param objects things in the picture
     * @param right   whether the answer matched
     */
    public record Mark(String type, int objects, boolean right) {

        boolean isShort() {
            return !type.equals("detail") && !type.equals("reasoning");
        }
    }

    /**
     * {@return the shares among some marks; a share of nothing is NaN}
     *
     * @param marks one for each question asked
     */
    public static Score of(List<Mark> marks) {
        return new Score(share(marks, mark -> true), marks.size(), shares(marks, Mark::type),
                shares(marks, mark -> String.valueOf(mark.objects())),
                share(marks, mark -> mark.isShort() && mark.objects() == 1),
                share(marks, mark -> mark.isShort() && mark.objects() > 1));
    }

    private static double share(List<Mark> marks, Predicate<Mark> which) {
        return marks.stream().filter(which).mapToInt(mark -> mark.right() ? 1 : 0).average().orElse(Double.NaN);
    }

    private static Map<String, Double> shares(List<Mark> marks, Function<Mark, String> key) {
        Map<String, Double> shares = new LinkedHashMap<>();
        new TreeMap<>(marks.stream().collect(Collectors.groupingBy(key)))
                .forEach((name, some) -> shares.put(name, share(some, mark -> true)));
        return shares;
    }
}
