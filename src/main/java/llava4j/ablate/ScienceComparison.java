package llava4j.ablate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The tiny ScienceQA with all that belongs to a problem, with a part of it, and together with the solver without eyes: the
 * paper's Table 7 in miniature.
 */
final class ScienceComparison {

    private static final List<String> GROUPS = List.of("NAT", "SOC", "LAN", "TXT", "IMG", "NO", "G1-6", "G7-12",
            "average");
    private static final Map<String, String> METHODS = new LinkedHashMap<>();

    static {
        METHODS.put("neither", "question and options alone");
        METHODS.put("text_alone", "text alone");
        METHODS.put("picture_alone", "picture alone");
        METHODS.put("picture_and_text", "picture and text");
        METHODS.put("solver", "solver without eyes");
        METHODS.put("complement", "complement");
        METHODS.put("judge", "judge");
    }

    private final Comparison comparison;
    private final Row row;

    ScienceComparison(Comparison comparison, Row row) {
        this.comparison = comparison;
        this.row = row;
    }

    String markdown() {
        StringBuilder text = new StringBuilder("### ScienceQA: what is given, and who answers\n\nThe runs of the first row "
                + "above. Accuracy, %, mean ± spread.\n\n| | ").append(String.join(" | ", GROUPS)).append(" |\n|---|")
                .append("---|".repeat(GROUPS.size())).append('\n');
        METHODS.forEach((key, name) -> {
            text.append("| ").append(name);
            GROUPS.forEach(group -> text.append(" | ").append(comparison.value(row, key + " " + group)));
            text.append(" |\n");
        });
        text.append('\n');
        for (String[] pair : new String[][] {{"picture_and_text", "text_alone"}, {"picture_and_text", "picture_alone"},
            {"complement", "picture_and_text"}, {"judge", "picture_and_text"}, {"judge", "solver"}}) {
            Spread by = comparison.difference(row, pair[0] + " average", row, pair[1] + " average");
            text.append(String.format(Locale.ROOT, "- %s less %s: %+.1f points (spread %.1f).%n", METHODS.get(pair[0]),
                    METHODS.get(pair[1]), by.mean(), by.spread()));
        }
        return text.toString();
    }
}
