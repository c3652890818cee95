package llava4j.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.samskivert.mustache.Mustache;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import llava4j.checkpoint.WholeFile;
import llava4j.evaluate.Score;
import llava4j.evaluate.TinyQuestion;
import llava4j.image.ImageFile;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

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
    private static final int SMOOTHED_OVER = 20;
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
        ObjectNode training = root.putObject("training");
        result.training().forEach((name, stage) -> training.putObject(name).put("steps", stage.steps())
                .put("seconds", Math.round(stage.seconds() * 10) / 10.0)
                .put("loss_first", MetricsJson.rounded(stage.losses()[0]))
                .put("loss_last", MetricsJson.rounded(lastLoss(stage.losses())))
                .put("trained_parameters", stage.parameters()));
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

    /** Mean of the last steps: a single batch's loss says little. */
    private static double lastLoss(double[] losses) {
        return IntStream.range(Math.max(0, losses.length - SMOOTHED_OVER), losses.length)
                .mapToDouble(i -> losses[i]).average().orElseThrow();
    }

    private static String html(Demo.Result result) {
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("seed", result.settings().seed());
        model.put("minutes", String.format(Locale.ROOT, "%.1f", result.seconds() / 60));
        model.put("scene", picture(result.chatImage(), 6));
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
        List<Map<String, Object>> stages = new ArrayList<>();
        result.training().forEach((name, stage) -> stages.add(Map.of("name", name, "steps", stage.steps(), "seconds",
                String.format(Locale.ROOT, "%.0f", stage.seconds()), "parameters",
                String.format(Locale.ROOT, "%,d", stage.parameters()), "chart", chart(name, stage.losses()))));
        model.put("stages", stages);
        model.put("examples", examples(result));
        try (Reader template = new InputStreamReader(Report.class.getResourceAsStream("/llava4j/report.mustache"),
                StandardCharsets.UTF_8)) {
            return Mustache.compiler().compile(template).execute(model);
        } catch (IOException e) {
            throw new IllegalStateException("the report's template is part of the jar", e);
        }
    }

    private static Map<String, Object> row(String name, Score score, Set<String> types, boolean main) {
        List<String> cells = new ArrayList<>(List.of(percent(score.accuracy()), percent(score.shortOne()),
                percent(score.shortMany())));
        types.forEach(type -> cells.add(percent(score.byType().getOrDefault(type, Double.NaN))));
        return Map.of("name", name, "cells", cells, "main", main);
    }

    private static String percent(double share) {
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
            examples.add(Map.of("picture", picture(result.settings().data().resolve("held-out/images").resolve(image), 3),
                    "question", question.question(), "answer", answer, "wanted", question.answer(), "right",
                    answer.equalsIgnoreCase(question.answer())));
        }
        return examples;
    }

    private static String chart(String name, double[] losses) {
        XYChart chart = new XYChartBuilder().width(520).height(260).title(name).xAxisTitle("step").yAxisTitle("loss")
                .build();
        chart.getStyler().setLegendVisible(false).setChartBackgroundColor(java.awt.Color.WHITE);
        chart.getStyler().setYAxisLogarithmic(true);
        chart.getStyler().setDefaultSeriesRenderStyle(org.knowm.xchart.XYSeries.XYSeriesRenderStyle.Line);
        chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideNE);
        int points = Math.max(1, losses.length / SMOOTHED_OVER);
        double[] steps = new double[points];
        double[] means = new double[points];
        for (int i = 0; i < points; i++) {
            int from = i * losses.length / points;
            int to = (i + 1) * losses.length / points;
            steps[i] = to;
            means[i] = IntStream.range(from, to).mapToDouble(s -> losses[s]).average().orElse(1e-6);
        }
        chart.addSeries("loss", steps, means).setMarker(SeriesMarkers.NONE);
        return data(BitmapEncoder.getBufferedImage(chart));
    }

    private static String picture(Path file, int scale) {
        BufferedImage image = ImageFile.read(file);
        BufferedImage larger = new BufferedImage(image.getWidth() * scale, image.getHeight() * scale,
                BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = larger.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        graphics.drawImage(image, 0, 0, larger.getWidth(), larger.getHeight(), null);
        graphics.dispose();
        return data(larger);
    }

    private static String data(BufferedImage image) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", bytes);
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory", e);
        }
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(bytes.toByteArray());
    }
}
