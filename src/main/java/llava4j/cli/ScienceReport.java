package llava4j.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import llava4j.demo.MetricsJson;
import llava4j.evaluate.scienceqa.Accuracy;
import llava4j.evaluate.scienceqa.Problem;

/** ScienceQA's accuracies as text and as JSON. */
final class ScienceReport {

    private ScienceReport() {
    }

    /** Shares in [0, 1], rounded to four places; a group without problems is left out. */
    static ObjectNode json(Accuracy accuracy) {
        ObjectNode node = new ObjectMapper().createObjectNode().put("accuracy", MetricsJson.rounded(accuracy.average()))
                .put("problems", accuracy.problems()).put("unanswered", accuracy.unanswered());
        ObjectNode groups = node.putObject("by_group");
        accuracy.byGroup().forEach((group, share) -> {
            if (!Double.isNaN(share)) {
                groups.put(group, MetricsJson.rounded(share));
            }
        });
        return node;
    }

    /** A line for each, in per cent. */
    static String table(Map<String, Accuracy> found) {
        StringBuilder text = new StringBuilder(String.format("%-18s", ""));
        found.values().iterator().next().byGroup().keySet().forEach(group -> text.append(String.format("%7s", group)));
        text.append("    all  no answer");
        found.forEach((name, accuracy) -> {
            text.append(String.format("%n%-18s", name.replace('_', ' ')));
            accuracy.byGroup().values().forEach(share -> text.append(Double.isNaN(share) ? "      -"
                    : String.format(Locale.ROOT, "%7.1f", 100 * share)));
            text.append(String.format(Locale.ROOT, "%7.1f %10d", 100 * accuracy.average(), accuracy.unanswered()));
        });
        return text.toString();
    }

    /** A line of JSON for each problem: what was said to it under each name of the result. */
    static String answers(List<Problem> problems, Map<String, List<String>> said) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < problems.size(); i++) {
            ObjectNode node = new ObjectMapper().createObjectNode().put("problem", problems.get(i).id())
                    .put("right", Problem.letter(problems.get(i).answer()));
            for (Map.Entry<String, List<String>> one : said.entrySet()) {
                node.put(one.getKey(), one.getValue().get(i));
            }
            text.append(node).append('\n');
        }
        return text.toString();
    }
}
