package llava4j.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import llava4j.checkpoint.WholeFile;
import llava4j.language.DecoderConfig;
import llava4j.model.LlavaConfig;
import llava4j.vision.VisionConfig;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;

/**
 * How a training step of stage 2 grows with image tokens, with words, and with the decoder's width, beside the number of
 * operations that {@link Flops} counts.
 */
public final class Scale {

    private static final int ROWS = 4;
    private static final int WORDS = 32;
    private static final int WIDTH = 128;
    private static final int PATCHES_A_SIDE = 4;

    /**
     * One measurement.
     *
     * @param axis    what was changed: {@code image_tokens}, {@code words} or {@code width}
     * @param value   to what
     * @param seconds of one step, the median
     * @param flops   of one step, by formula
     */
    public record Point(String axis, int value, double seconds, double flops) {
    }

    private Scale() {
    }

    /**
     * Measures all points: each axis in turn, the other two held.
     *
     * @param rounds times each step is run; the median counts
     * @param seed   of weights and data
     * @param say    is told of each point
     * @return the points, axis by axis
     */
    public static List<Point> measure(int rounds, long seed, Consumer<String> say) {
        List<Point> points = new ArrayList<>();
        for (int side : new int[] {2, 4, 8, 12, 16}) {
            points.add(point("image_tokens", side * side, side, WORDS, WIDTH, rounds, seed, say));
        }
        for (int words : new int[] {16, 32, 64, 128, 256}) {
            points.add(point("words", words, PATCHES_A_SIDE, words, WIDTH, rounds, seed, say));
        }
        for (int width : new int[] {64, 128, 256, 384, 512}) {
            points.add(point("width", width, PATCHES_A_SIDE, WORDS, width, rounds, seed, say));
        }
        return points;
    }

    private static Point point(String axis, int value, int side, int words, int width, int rounds, long seed,
                               Consumer<String> say) {
        VisionConfig vision = new VisionConfig(side * 8, 8, 64, 256, 2, 2, "quick_gelu", 1e-5);
        int heads = width / 32;
        DecoderConfig decoder = new DecoderConfig(512, width, width * 8 / 3, 4, heads, heads, 32, 1024, 10_000, 1e-5, false,
                false, false);
        LlavaConfig config = BenchSize.of(vision, decoder);
        Workload work = new Workload(config, ROWS, words, words, seed);
        OurSide ours = new OurSide(work, null, 2);
        ours.run(Task.STAGE2_STEP, 2);
        double seconds = Times.of(ours.run(Task.STAGE2_STEP, rounds).seconds()).median();
        int scored = ROWS * (words - words / 2);
        double flops = Flops.training(Flops.decoder(decoder, ROWS, config.imageTokens() + words, scored));
        say.accept(String.format(Locale.ROOT, "%s %d: %.1f ms, %.2f GFLOP, %.1f GFLOP/s", axis, value, 1e3 * seconds,
                flops / 1e9, flops / 1e9 / seconds));
        return new Point(axis, value, seconds, flops);
    }

    /**
     * Writes {@code scale.csv}, {@code scale.json} and {@code scale.png}.
     *
     * @param points as {@link #measure} returns them
     * @param folder made if need be
     */
    public static void write(List<Point> points, Path folder) {
        StringBuilder csv = new StringBuilder("axis,value,seconds,flops\n");
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode root = mapper.createObjectNode();
        XYChart chart = new XYChartBuilder().width(900).height(500).title("A training step against its operations")
                .xAxisTitle("GFLOP, by formula").yAxisTitle("ms, measured").build();
        chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true);
        for (String axis : List.of("image_tokens", "words", "width")) {
            List<Point> own = points.stream().filter(point -> point.axis().equals(axis)).toList();
            for (Point point : own) {
                csv.append(String.format(Locale.ROOT, "%s,%d,%.6f,%.0f%n", axis, point.value(), point.seconds(),
                        point.flops()));
                root.withArray("points").addObject().put("axis", axis).put("value", point.value())
                        .put("seconds", point.seconds()).put("flops", point.flops());
            }
            chart.addSeries(axis, own.stream().mapToDouble(point -> point.flops() / 1e9).toArray(),
                    own.stream().mapToDouble(point -> 1e3 * point.seconds()).toArray());
        }
        WholeFile.write(folder.resolve("scale.csv"), csv.toString());
        WholeFile.write(folder.resolve("scale.json"), root.toPrettyString() + "\n");
        try {
            byte[] picture = BitmapEncoder.getBitmapBytes(chart, BitmapEncoder.BitmapFormat.PNG);
            WholeFile.write(folder.resolve("scale.png"), temporary -> java.nio.file.Files.write(temporary, picture));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("the chart could not be drawn", e);
        }
    }
}
