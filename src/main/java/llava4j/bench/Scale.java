package llava4j.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import javax.imageio.ImageIO;
import llava4j.checkpoint.WholeFile;
import llava4j.language.DecoderConfig;
import llava4j.model.LlavaConfig;
import llava4j.plan.Flops;
import llava4j.vision.VisionConfig;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * How a training step of stage 2 grows with image tokens, with words, and with the decoder's width, beside the number of
 * operations that {@link Flops} counts.
 */
public final class Scale {

    private static final int ROWS = 4;
    private static final int WORDS = 32;
    private static final int WIDTH = 128;
    private static final int PATCHES_A_SIDE = 4;
    private static final List<String> AXES = List.of("image_tokens", "words", "width");
    /** Pixels of a chart's side. */
    private static final int CHART = 320;

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
        LlavaConfig config = config(side, width);
        Workload work = new Workload(config, new BenchSize.Batches(ROWS).captions(words).instructions(words), seed);
        OurSide ours = new OurSide(work, null, 2);
        ours.run(Task.STAGE2_STEP, 2);
        double seconds = Times.of(ours.run(Task.STAGE2_STEP, rounds).seconds()).median();
        double flops = ROWS * Flops.of(config, config.imageTokens() + words, words - words / 2).stage2();
        say.accept(String.format(Locale.ROOT, "%s %d: %.1f ms, %.2f GFLOP, %.1f GFLOP/s", axis, value, 1e3 * seconds,
                flops / 1e9, flops / 1e9 / seconds));
        return new Point(axis, value, seconds, flops);
    }

    /** A decoder of 4 layers, before it an encoder of side x side patches. */
    static LlavaConfig config(int side, int width) {
        int heads = width / 32;
        return BenchSize.of(VisionConfig.VIT_B_32.withImageSize(side * 8).withPatchSize(8).withHiddenSize(64)
                .withIntermediateSize(256).withLayers(2).withHeads(2),
                DecoderConfig.VICUNA_7B.withVocabularySize(512).withHiddenSize(width).withIntermediateSize(width * 8 / 3)
                        .withLayers(4).withHeads(heads).withHeadSize(32).withMaxPositions(1024));
    }

    /**
     * Writes {@code scale.csv}, {@code scale.json} and {@code scale.png}.
     *
     * @param points as {@link #measure} returns them
     * @param folder made if need be
     */
    public static void write(List<Point> points, Path folder) {
        StringBuilder csv = new StringBuilder("axis,value,seconds,flops\n");
        ObjectNode root = new ObjectMapper().createObjectNode();
        for (Point point : points) {
            csv.append(String.format(Locale.ROOT, "%s,%d,%.6f,%.0f%n", point.axis(), point.value(), point.seconds(),
                    point.flops()));
            root.withArray("points").addObject().put("axis", point.axis()).put("value", point.value())
                    .put("seconds", point.seconds()).put("flops", point.flops());
        }
        WholeFile.write(folder.resolve("scale.csv"), csv.toString());
        WholeFile.write(folder.resolve("scale.json"), root.toPrettyString() + "\n");
        WholeFile.write(folder.resolve("scale.png"), file -> ImageIO.write(drawn(points), "png", file.toFile()));
    }

    /** A chart for each axis: measured, and by formula at one speed for all charts, the median of all points. */
    private static BufferedImage drawn(List<Point> points) {
        double speed = Times.of(points.stream().mapToDouble(point -> point.flops() / point.seconds()).toArray()).median();
        BufferedImage all = new BufferedImage(AXES.size() * CHART, CHART, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = all.createGraphics();
        for (int i = 0; i < AXES.size(); i++) {
            String axis = AXES.get(i);
            List<Point> own = points.stream().filter(point -> point.axis().equals(axis)).toList();
            double[] values = own.stream().mapToDouble(Point::value).toArray();
            XYChart chart = new XYChartBuilder().width(CHART).height(CHART).xAxisTitle(axis.replace('_', ' '))
                    .yAxisTitle("ms a step").build();
            chart.getStyler().setChartBackgroundColor(Color.WHITE).setLegendPosition(Styler.LegendPosition.InsideNW);
            chart.getStyler().setYAxisMin(0.0);
            chart.addSeries("measured", values, own.stream().mapToDouble(point -> 1e3 * point.seconds()).toArray());
            chart.addSeries(String.format(Locale.ROOT, "formula, at %.0f GFLOP/s", speed / 1e9), values,
                    own.stream().mapToDouble(point -> 1e3 * point.flops() / speed).toArray())
                    .setMarker(SeriesMarkers.NONE);
            graphics.drawImage(BitmapEncoder.getBufferedImage(chart), i * CHART, 0, null);
        }
        graphics.dispose();
        return all;
    }
}
