package llava4j.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import llava4j.Llava;
import llava4j.demo.MetricsJson;
import llava4j.evaluate.Score;
import llava4j.evaluate.TinyQuestion;
import llava4j.evaluate.TinySuite;
import llava4j.evaluate.TinySuite.Shown;

/** The tiny exam's scores as text, as they come, or as JSON, and its answers one by one. */
final class TinyReport {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Llava model;
    private final boolean quiet;
    private final ObjectNode scores = JSON.createObjectNode();
    private final ObjectNode controls = JSON.createObjectNode();
    private final StringBuilder answers = new StringBuilder();

    /** @param quiet whether nothing is printed */
    TinyReport(Llava model, boolean quiet) {
        this.model = model;
        this.quiet = quiet;
    }

    /** Asks all questions of a part of the exam; what is not the picture itself is a control. */
    void score(String name, String key, TinySuite exam, Shown shown) {
        List<String> said = exam.answers(model, shown);
        Score score = exam.score(said);
        (shown == Shown.PICTURE ? scores : controls).set(key, MetricsJson.score(score));
        for (int i = 0; i < said.size(); i++) {
            TinyQuestion question = exam.questions().get(i);
            answers.append(JSON.createObjectNode().put("shown", key).put("question_id", question.id())
                    .put("image", question.image()).put("question", question.question()).put("right", question.answer())
                    .put("answer", said.get(i)).put("correct", question.matches(said.get(i)))).append('\n');
        }
        if (!quiet) {
            System.out.printf(Locale.ROOT, "%-24s %5.1f %% of %d; short, one thing %5s, more %5s; %s%n", name,
                    100 * score.accuracy(), score.questions(), percent(score.shortOne()), percent(score.shortMany()),
                    MetricsJson.line(score.byType()));
        }
    }

    /** A dash where there is no such question. */
    private static String percent(double share) {
        return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.1f", 100 * share);
    }

    /** The scores by key, the controls among themselves. */
    ObjectNode json() {
        return ((ObjectNode) scores.deepCopy()).set("controls", controls);
    }

    /** A line of JSON for each question asked. */
    String answers() {
        return answers.toString();
    }
}
