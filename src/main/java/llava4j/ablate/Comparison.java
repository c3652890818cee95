package llava4j.ablate;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A table of ours beside the paper's: mean and spread over the seeds, and for each row whether the order is the same.
 *
 * <p>Rows are compared seed by seed with the table's first row. A difference that is not greater than its own spread over
 * the seeds shows no order.
 */
public final class Comparison {

    private final PaperTable table;
    private final List<Long> seeds;
    private final List<Outcome> outcomes;

    Comparison(PaperTable table, List<Long> seeds, List<Outcome> outcomes) {
        this.table = table;
        this.seeds = List.copyOf(seeds);
        this.outcomes = List.copyOf(outcomes);
    }

    private Row first() {
        return table.rows().get(0);
    }

    /** A value of a row over the seeds. */
    Spread value(Row row, String name) {
        return Spread.of(values(row, name));
    }

    private List<Double> values(Row row, String name) {
        return outcomes.stream().filter(outcome -> outcome.row().equals(row.key()) && outcome.values().containsKey(name))
                .map(outcome -> outcome.values().get(name)).collect(Collectors.toList());
    }

    /** The difference between two values of two rows, seed by seed. */
    Spread difference(Row row, String name, Row other, String otherName) {
        List<Double> differences = new ArrayList<>();
        for (long seed : seeds) {
            differences.add(value(row, name, seed) - value(other, otherName, seed));
        }
        return Spread.of(differences);
    }

    private double value(Row row, String name, long seed) {
        return outcomes.stream().filter(outcome -> outcome.row().equals(row.key()) && outcome.seed() == seed)
                .map(outcome -> outcome.values().get(name)).findFirst().orElseThrow();
    }

    /** Whether a row's order to the first one is the paper's, in a sentence. */
    String sentence(Row row) {
        Spread ours = difference(row, PaperTable.SCORE, first(), PaperTable.SCORE);
        String said = row.name() + ": " + inWords(ours.mean()) + " the first row here"
                + (seeds.size() > 1 ? String.format(Locale.ROOT, " (spread %.1f)", ours.spread()) : "");
        if (Double.isNaN(row.published()) && row.expected() == 0) {
            return said + "; the paper has no such row.";
        }
        String verdict = Math.abs(ours.mean()) <= ours.spread() ? "within the spread, no order shows"
                : Math.signum(ours.mean()) == row.expected() ? "the order agrees" : "the order differs";
        return said + ", " + published(row) + ": " + verdict + ".";
    }

    /** What the paper finds, compared with what differs from the row in one thing alone. */
    private String published(Row row) {
        if (Double.isNaN(row.published())) {
            return (row.expected() > 0 ? "better" : "worse") + " elsewhere (not in this table of the paper)";
        }
        return Double.isNaN(row.like()) ? inWords(row.published() - first().published()) + " it in the paper"
                : String.format(Locale.ROOT, "%s the paper's row that differs in this alone (%.1f)",
                        inWords(row.published() - row.like()), row.like());
    }

    private static String inWords(double difference) {
        return String.format(Locale.ROOT, "%.1f points %s", Math.abs(difference), difference < 0 ? "below" : "above");
    }

    /** {@return the table and its sentences as Markdown} */
    public String markdown() {
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT,
                "### Table %d: %s%n%n%s, seeds %s. Mean ± spread over the seeds (standard deviation).%n%n",
                table.number(), table.measure(), steps(), seeds.stream().map(String::valueOf)
                        .collect(Collectors.joining(", "))));
        text.append("| | paper | here | ").append(String.join(" | ", table.details())).append(" |\n|---|---|---|")
                .append("---|".repeat(table.details().size())).append('\n');
        for (Row row : table.rows()) {
            text.append("| ").append(row.name()).append(" | ").append(Double.isNaN(row.published()) ? "-"
                    : String.format(Locale.ROOT, "%.1f", row.published())).append(" | ").append(value(row, PaperTable.SCORE));
            table.details().forEach(name -> text.append(" | ").append(value(row, name)));
            text.append(" |\n");
        }
        text.append('\n');
        table.rows().stream().skip(1).forEach(row -> text.append("- ").append(sentence(row)).append('\n'));
        text.append(table.note());
        if (table.number() == 8) {
            text.append('\n').append(new ScienceComparison(this, first()).markdown());
        }
        return text.toString();
    }

    private String steps() {
        return outcomes.stream().map(Outcome::steps).max(Comparator.comparingInt(Outcome.Steps::stage2)).orElseThrow()
                .inWords();
    }

    /** {@return every outcome, and mean, spread and sentence of each row} */
    public ObjectNode json() {
        ObjectNode root = new ObjectMapper().createObjectNode().put("table", table.number())
                .put("measure", table.measure());
        outcomes.forEach(outcome -> root.withArray("/runs").add(outcome.json()));
        for (Row row : table.rows()) {
            Spread score = value(row, PaperTable.SCORE);
            ObjectNode node = root.withArray("/rows").addObject().put("row", row.key()).put("name", row.name())
                    .put("mean", rounded(score.mean())).put("spread", rounded(score.spread()));
            if (!Double.isNaN(row.published())) {
                node.put("published", row.published());
            }
            if (row != first()) {
                node.put("sentence", sentence(row));
            }
        }
        return root;
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
