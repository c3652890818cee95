package llava4j.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.stream.Collectors;
import llava4j.evaluate.bench.LlavaBench;
import llava4j.evaluate.bench.QuestionKind;
import llava4j.evaluate.bench.RelativeScore;

/** A result of LLaVA-Bench as text, as JSON, and review by review. */
final class LlavaBenchReport {

    private static final ObjectMapper JSON = new ObjectMapper();

    private LlavaBenchReport() {
    }

    static ObjectNode json(LlavaBench.Result result) {
        ObjectNode node = JSON.createObjectNode();
        node.set("all", json(result.overall()));
        result.byKind().forEach((kind, score) -> node.set(kind.toString(), json(score)));
        return node.put("unreadable_reviews", result.unreadable()).put("reviews_in_another_form", result.otherForm());
    }

    private static ObjectNode json(RelativeScore score) {
        ObjectNode node = JSON.createObjectNode().put("rated", score.rated());
        if (score.rated() > 0) {
            node.put("relative_score", rounded(score.score())).put("low", rounded(score.low()))
                    .put("high", rounded(score.high())).put("mean_reference", rounded(score.reference()))
                    .put("mean_candidate", rounded(score.candidate()));
        }
        return node;
    }

    private static double rounded(double value) {
        return Math.round(value * 100) / 100.0;
    }

    static String text(String name, LlavaBench.Result result) {
        StringBuilder text = new StringBuilder(line(name, result.overall()));
        for (QuestionKind kind : QuestionKind.values()) {
            text.append('\n').append(line("  " + kind, result.byKind().get(kind)));
        }
        if (result.unreadable() > 0) {
            text.append('\n').append(result.unreadable()).append(" reviews could not be read and are in no mean");
        }
        if (result.otherForm() > 0) {
            text.append('\n').append(result.otherForm()).append(" reviews have their ratings in another form than two numbers; "
                    + "they are counted");
        }
        return text.toString();
    }

    private static String line(String name, RelativeScore score) {
        return score.rated() == 0 ? String.format("%-18s nothing rated", name) : String.format(Locale.ROOT,
                "%-18s relative score %5.1f (95 %%: %.1f to %.1f), %d questions; mean ratings %.2f, reference %.2f",
                name, score.score(), score.low(), score.high(), score.rated(), score.candidate(), score.reference());
    }

    /** A line of JSON for each question: what was asked, said, and said to that. */
    static String reviews(LlavaBench.Result result) {
        return result.reviewed().stream().map(one -> one.json().toString()).collect(Collectors.joining("\n", "", "\n"));
    }
}
