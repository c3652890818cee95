package llava4j.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.samskivert.mustache.Mustache;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import llava4j.checkpoint.WholeFile;
import llava4j.evaluate.Score;
import llava4j.evaluate.TinyQuestion;

/**
 * What the main job leaves to read: {@code metrics.json} for programs, {@code report.html} for people.
 */
public final class Report {

    private static final List<String> CONTROLS = List.of("blank", "swapped", "stage1_only", "without_stage1",
            "text_only_pretrained", "chance");
    private static final Map<String, String> NAMES = Map.of("held_out", "held-out pictures",
            "held_out_combinations", "held-out combinations", "blank", "picture blanked", "swapped", "picture swapped",
            "stage1_only", "stage 1 only", "without_stage1", "without stage 1",
            "text_only_pretrained", "decoder alone, no picture", "chance", "commonest answer");
    static final int SMOOTHED_OVER = 20;
    private static final int EXAMPLES = 12;

    private Report() {
    }

    /**
     * Writes both files, and the chat as a picture, {@code chat.png}.
     *
     * @param result what the main job measured
     * @param out    folder, made if need be
     */
    public static void write(Demo.Result result, Path out) {
        WholeFile.write(out.resolve("metrics.json"), metrics(result).toPrettyString() + "\n");
        WholeFile.write(out.resolve("report.html"), html(result));
        ChatPicture.write(out.resolve("chat.png"), result.chatImage(), result.chat());
    }

    static ObjectNode metrics(Demo.Result result) {
        ObjectNode root = new ObjectMapper().createObjectNode().put("seed", result.settings().seed());
        root.set("held_out", MetricsJson.score(result.scores().get("held_out")));
        root.set("held_out_combinations", MetricsJson.score(result.scores().get("held_out_combinations")));
        ObjectNode controls = root.putObject("controls");
        CONTROLS.stream().filter(result.scores()::containsKey)
                .forEach(name -> controls.set(name, MetricsJson.score(result.scores().get(name))));
        training(root, result.training());
        if (!result.curve().isEmpty()) {
            ArrayNode curve = root.putArray("curve");
            result.curve().forEach(point -> {
                ObjectNode node = curve.addObject().put("stage2_steps", point.steps());
                node.set("with_stage1", MetricsJson.score(point.with()));
                node.set("without_stage1", MetricsJson.score(point.without()));
            });
        }
        root.put("total_seconds", Math.round(result.seconds() * 10) / 10.0);
        root.put("peak_rss_mb", PeakMemory.megabytes());
        return root;
    }

    static void training(ObjectNode root, Map<String, Demo.Trained> stages) {
        ObjectNode training = root.putObject("training");
        stages.forEach((name, stage) -> training.putObject(name).put("steps", stage.steps())
                .put("seconds", Math.round(stage.seconds() * 10) / 10.0)
                .put("loss_first", MetricsJson.rounded(stage.losses()[0]))
                .put("loss_last", MetricsJson.rounded(lastLoss(stage.losses())))
                .put("trained_parameters", stage.parameters()));
    }

    /** Mean of the last steps: a single batch's loss says little. */
    static double lastLoss(double[] losses) {
        return IntStream.range(Math.max(0, losses.length - SMOOTHED_OVER), losses.length)
                .mapToDouble(i -> losses[i]).average().orElseThrow();
    }

    private static String html(Demo.Result result) {
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("seed", result.settings().seed());
        model.put("minutes", String.format(Locale.ROOT, "%.1f", result.seconds() / 60));
        model.put("scene", InlinePictures.of(result.chatImage(), 6));
        model.put("chat", result.chat());
        Set<String> types = new TreeSet<>(result.scores().get("held_out").byType().keySet());
        model.put("types", types);
        List<Map<String, Object>> rows = new ArrayList<>();
        for (String name : List.of("held_out", "held_out_combinations", "swapped", "blank", "stage1_only",
                "without_stage1", "text_only_pretrained", "chance")) {
            if (result.scores().containsKey(name)) {
                rows.add(row(NAMES.get(name), result.scores().get(name), types, name.equals("held_out")));
            }
        }
        model.put("rows", rows);
        model.put("stages", stages(result.training()));
        model.put("examples", examples(result));
        return filled("/llava4j/report.mustache", model);
    }

    static String filled(String name, Map<String, Object> model) {
        try (Reader template = new InputStreamReader(Report.class.getResourceAsStream(name), StandardCharsets.UTF_8)) {
            return Mustache.compiler().compile(template).execute(model);
        } catch (IOException e) {
            throw new IllegalStateException("the report's template is part of the jar", e);
        }
    }

    /** Each stage with its curve of the loss. */
    static List<Map<String, Object>> stages(Map<String, Demo.Trained> training) {
        List<Map<String, Object>> stages = new ArrayList<>();
        training.forEach((name, stage) -> stages.add(Map.of("name", name, "steps", stage.steps(), "seconds",
                String.format(Locale.ROOT, "%.0f", stage.seconds()), "parameters",
                String.format(Locale.ROOT, "%,d", stage.parameters()), "chart", InlinePictures.chart(name, stage.losses()))));
        return stages;
    }

    private static Map<String, Object> row(String name, Score score, Set<String> types, boolean main) {
        List<String> cells = new ArrayList<>(List.of(percent(score.accuracy()), percent(score.shortOne()),
                percent(score.shortMany())));
        types.forEach(type -> cells.add(percent(score.byType().getOrDefault(type, Double.NaN))));
        return Map.of("name", name, "cells", cells, "main", main);
    }

    static String percent(double share) {
        return Double.isNaN(share) ? "" : String.format(Locale.ROOT, "%.0f", 100 * share);
    }

    private static List<Map<String, Object>> examples(Demo.Result result) {
        Set<String> images = new LinkedHashSet<>();
        result.questions().forEach(question -> images.add(question.image()));
        List<Map<String, Object>> examples = new ArrayList<>();
        int turn = 0;
        for (String image : images) {
            if (examples.size() == EXAMPLES) {
                break;
            }
            List<Integer> about = IntStream.range(0, result.questions().size())
                    .filter(i -> result.questions().get(i).image().equals(image)).boxed().toList();
            int chosen = about.get(turn++ % about.size());
            TinyQuestion question = result.questions().get(chosen);
            String answer = result.answers().get(chosen);
            examples.add(Map.of("picture", InlinePictures.of(result.settings().data().resolve("held-out/images").resolve(image), 3),
                    "question", question.question(), "answer", answer, "wanted", question.answer(), "right",
                    answer.equalsIgnoreCase(question.answer())));
        }
        return examples;
    }
}
