package llava4j.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import llava4j.Llava;
import llava4j.demo.MetricsJson;
import llava4j.evaluate.TinySuite.Shown;
import llava4j.evaluate.picturebook.BookKinds;
import llava4j.evaluate.picturebook.BookQuestion;
import llava4j.evaluate.picturebook.BookScore;
import llava4j.evaluate.picturebook.BookSuite;
import llava4j.evaluate.picturebook.Verdict;

/** The scores of the picture book's exam as a table or as JSON, kind by kind, and its answers one by one. */
final class BookReport {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Llava model;
    private final int longest;
    private final ObjectNode scores = JSON.createObjectNode();
    private final ObjectNode controls = JSON.createObjectNode();
    private final Map<String, ObjectNode> columns = new LinkedHashMap<>();
    private final StringBuilder answers = new StringBuilder();

    /** @param longest most tokens of an answer */
    BookReport(Llava model, int longest) {
        this.model = model;
        this.longest = longest;
    }

    /** Asks all questions of a part of the exam; what is not the picture itself is a control. */
    void score(String name, String key, BookSuite exam, Shown shown) {
        System.err.printf("%s: %d questions%n", name, exam.questions().size());
        List<String> said;
        try (CountProgress progress = new CountProgress(name, "answers")) {
            said = exam.answers(model, shown, longest, progress);
        }
        List<Verdict> verdicts = exam.judged(said);
        BookScore scored = BookScore.of(exam, verdicts);
        ObjectNode score = JSON.createObjectNode();
        if (scored.questions() > 0) {
            score.put("score", MetricsJson.rounded(scored.share()));
        }
        score.put("questions", scored.questions());
        ObjectNode byKind = score.putObject("by_kind");
        Map<String, Double> shares = scored.byKind();
        BookKinds.NAMES.keySet().stream().filter(shares::containsKey).forEach(kind ->
                byKind.put(kind, MetricsJson.rounded(shares.get(kind))));
        (shown == Shown.PICTURE ? scores : controls).set(key, score);
        columns.put(name, score);
        for (int i = 0; i < said.size(); i++) {
            BookQuestion question = exam.questions().get(i);
            answers.append(JSON.createObjectNode().put("shown", key).put("question_id", question.id())
                    .put("image", question.image()).put("type", question.type()).put("question", question.question())
                    .put("right", question.answer()).put("answer", said.get(i)).put("score", MetricsJson.rounded(verdicts.get(i).share()))
                    .put("reason", verdicts.get(i).reason())).append('\n');
        }
    }

    /** The scores by key, the controls among themselves. */
    ObjectNode json() {
        ObjectNode all = scores.deepCopy();
        if (!controls.isEmpty()) {
            all.set("controls", controls);
        }
        return all;
    }

    /** A row for each kind of question, a column for each part of the exam, in per cent. */
    String table() {
        List<String> lines = new ArrayList<>();
        lines.add(line("per cent right", new ArrayList<>(columns.keySet())));
        BookKinds.NAMES.forEach((kind, name) -> {
            if (columns.values().stream().anyMatch(column -> column.get("by_kind").has(kind))) {
                lines.add(line(name, columns.values().stream().map(column -> percent(column.get("by_kind"), kind)).toList()));
            }
        });
        lines.add(line("all", columns.values().stream().map(column -> percent(column, "score")).toList()));
        lines.add(line("questions", columns.values().stream().map(column -> column.get("questions").asText()).toList()));
        return String.join(System.lineSeparator(), lines);
    }

    private static String percent(JsonNode shares, String key) {
        return shares.has(key) ? String.format(Locale.ROOT, "%.1f", 100 * shares.get(key).asDouble()) : "-";
    }

    private static String line(String name, List<String> cells) {
        StringBuilder line = new StringBuilder(String.format("%-22s", name));
        cells.forEach(cell -> line.append(String.format("%18s", cell)));
        return line.toString();
    }

    /** A line of JSON for each question asked. */
    String answers() {
        return answers.toString();
    }
}
