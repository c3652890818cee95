package llava4j.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import llava4j.evaluate.Score;

/** Scores as {@code metrics.json} writes them: shares in [0, 1], rounded to four places. */
public final class MetricsJson {

    private MetricsJson() {
    }

    /**
     * {@return a score as {@code accuracy}, {@code by_type}, {@code by_objects}, and the two shares of short questions
     * where there are any}
     *
     * @param score shares in [0, 1]
     */
    public static ObjectNode score(Score score) {
        ObjectNode node = new ObjectMapper().createObjectNode().put("accuracy", rounded(score.accuracy()))
                .put("questions", score.questions());
        ObjectNode types = node.putObject("by_type");
        score.byType().forEach((type, share) -> types.put(type, rounded(share)));
        ObjectNode objects = node.putObject("by_objects");
        score.byObjects().forEach((count, share) -> objects.put(count, rounded(share)));
        if (!Double.isNaN(score.shortOne())) {
            node.put("short_one_thing", rounded(score.shortOne()));
        }
        if (!Double.isNaN(score.shortMany())) {
            node.put("short_two_and_three_things", rounded(score.shortMany()));
        }
        return node;
    }

    /**
     * {@return shares in one line and in per cent: "color 98, count 100"}
     *
     * @param shares by name, in [0, 1]; written in the map's order
     */
    public static String line(Map<String, Double> shares) {
        return shares.entrySet().stream()
                .map(e -> String.format(Locale.ROOT, "%s %.0f", e.getKey(), 100 * e.getValue()))
                .collect(Collectors.joining(", "));
    }

    /**
     * {@return a share as all of them are written, to four places}
     *
     * @param share in [0, 1]
     */
    public static double rounded(double share) {
        return Math.round(share * 10_000) / 10_000.0;
    }
}
