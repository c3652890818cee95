package llava4j.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import llava4j.checkpoint.WholeFile;
import llava4j.evaluate.KeptKnowledge;
import llava4j.evaluate.picturebook.BookKinds;
import llava4j.evaluate.picturebook.BookScore;

/**
 * What the main job on the picture book leaves to read: {@code metrics.json} for programs, {@code report.html} for people,
 * {@code chats.md} with the chats as they came.
 */
public final class BookPage {

    private static final Map<String, String> NAMES = new LinkedHashMap<>();

    static {
        NAMES.put("held_out", "held-out pictures");
        NAMES.put("held_out_pairs", "held-out pairs");
        NAMES.put("held_out_concepts", "held-out concepts");
        NAMES.put("swapped", "picture swapped");
        NAMES.put("blank", "picture blanked");
        NAMES.put("lora", "stage 2 as LoRA");
        NAMES.put("stage1_only", "stage 1 only");
        NAMES.put("without_stage1", "without stage 1");
        NAMES.put("first_words", "W's first words only");
        NAMES.put("untrained_w", "untrained W");
    }

    private BookPage() {
    }

    /**
     * Writes all files.
     *
     * @param result what the job measured
     * @param out    folder, made if need be
     * @throws llava4j.error.UserError if a file cannot be written
     */
    public static void write(BookDemo.Result result, Path out) {
        WholeFile.write(out.resolve("metrics.json"), metrics(result).toPrettyString() + "\n");
        WholeFile.write(out.resolve("report.html"), Report.filled("/llava4j/picturebook/report.mustache", model(result)));
        WholeFile.write(out.resolve("chats.md"), chats(result.talks()));
    }

    static ObjectNode metrics(BookDemo.Result result) {
        ObjectNode root = new ObjectMapper().createObjectNode().put("seed", result.settings().seed())
                .put("pictures", result.settings().pictures()).put("resumed", result.settings().resume());
        ObjectNode exam = root.putObject("exam");
        result.scores().forEach((name, score) -> {
            ObjectNode node = exam.putObject(name).put("questions", score.questions());
            if (score.questions() > 0) {
                node.put("share", MetricsJson.rounded(score.share()));
            }
            ObjectNode kinds = node.putObject("by_kind");
            score.byKind().forEach((kind, share) -> kinds.put(kind, MetricsJson.rounded(share)));
        });
        Report.training(root, result.training());
        KeptKnowledge asked = KeptKnowledge.questionsInWords();
        ArrayNode words = root.putArray("in_words");
        result.inWords().forEach(said -> {
            ObjectNode node = words.addObject().put("when", said.when()).put("known", asked.known(said.answers()))
                    .put("facts", asked.facts());
            ArrayNode answers = node.putArray("answers");
            said.answers().forEach(answers::add);
        });
        return root.put("total_seconds", Math.round(result.seconds() * 10) / 10.0).put("peak_rss_mb", PeakMemory.megabytes());
    }

    private static Map<String, Object> model(BookDemo.Result result) {
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("seed", result.settings().seed());
        model.put("minutes", String.format(Locale.ROOT, "%.0f", result.seconds() / 60));
        List<BookScore> columns = NAMES.keySet().stream().filter(result.scores()::containsKey).map(result.scores()::get).toList();
        model.put("columns", NAMES.keySet().stream().filter(result.scores()::containsKey).map(NAMES::get).toList());
        List<Map<String, Object>> rows = new ArrayList<>();
        rows.add(row("all", columns.stream().map(BookScore::share).toList(), true));
        BookKinds.NAMES.forEach((kind, name) -> rows.add(row(name,
                columns.stream().map(score -> score.byKind().getOrDefault(kind, Double.NaN)).toList(), false)));
        model.put("rows", rows);
        model.put("stages", Report.stages(result.training()));
        model.put("talks", result.talks().stream().map(talk -> Map.of("picture", InlinePictures.of(talk.picture(), 2), "turns",
                talk.turns())).toList());
        KeptKnowledge asked = KeptKnowledge.questionsInWords();
        model.put("whens", result.inWords().stream().map(BookDemo.InWords::when).toList());
        model.put("words", IntStream.range(0, asked.questions().size()).mapToObj(i -> Map.of("question",
                asked.questions().get(i).question(), "answers", result.inWords().stream().map(said -> said.answers().get(i))
                        .toList())).toList());
        return model;
    }

    private static Map<String, Object> row(String name, List<Double> shares, boolean main) {
        return Map.of("name", name, "cells", shares.stream().map(Report::percent).toList(), "main", main);
    }

    static String chats(List<Talk> talks) {
        StringBuilder text = new StringBuilder("# The first pictures of the held-out book, as they came\n");
        for (Talk talk : talks) {
            text.append("\n![").append(talk.picture().getFileName()).append("](").append("held-out/images/")
                    .append(talk.picture().getFileName()).append(")\n\n");
            talk.turns().forEach(turn -> text.append("- **").append(turn.question()).append("** ")
                    .append(turn.answer().replaceAll("\\s*\\R\\s*", " ")).append('\n'));
        }
        return text.toString();
    }
}
