package llava4j.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.awt.Color;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import llava4j.checkpoint.WholeFile;
import llava4j.model.ImageEncoder;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;
import llava4j.train.Stage;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A long training: whether its last steps are as fast as its first, and whether memory grows.
 *
 * <p>Batches are of many lengths, as in training, since a leak or a pool that grows shows only where shapes change. The
 * first and the last quarter of the steps are compared, 500 of 2,000.
 */
public final class LongRun {

    /** The step at which everything that is made once has been made. */
    private static final int SETTLED = 200;
    private static final int LENGTHS = 16;

    /**
     * What was seen.
     *
     * @param seconds    of each step
     * @param residentMb memory of the process after each step
     * @param losses     of each step
     * @param collections of Java's heap, and {@code collectionSeconds} spent in them
     */
    public record Result(double[] seconds, double[] residentMb, double[] losses, long collections,
                         double collectionSeconds) {

        /** {@return the times of the first quarter of the steps, in seconds} */
        public Times first() {
            return Times.of(Arrays.copyOf(seconds, quarter()));
        }

        /** {@return the times of the last quarter, in seconds} */
        public Times last() {
            return Times.of(Arrays.copyOfRange(seconds, seconds.length - quarter(), seconds.length));
        }

        private int quarter() {
            return Math.max(1, seconds.length / 4);
        }

        /** {@return the step from which growth is counted} */
        public int settled() {
            return Math.min(SETTLED, quarter());
        }

        /** {@return memory at the end over memory once settled, less one} */
        public double growth() {
            return residentMb[residentMb.length - 1] / residentMb[settled() - 1] - 1;
        }
    }

    private LongRun() {
    }

    /**
     * {@return what was seen while stage 2 of a random model was trained}
     *
     * @param size  the model and its batches
     * @param steps of training
     * @param seed  of weights and batches
     * @param say   is told now and then how far it is
     */
    public static Result measure(BenchSize size, int steps, long seed, Consumer<String> say) {
        Workload work = new Workload(size.config(), size.batches(), seed);
        INDArray features = new ImageEncoder(work.config(), work.weights()).features(work.batchPixels());
        Random random = new Random(seed);
        List<Workload.Batch> batches = IntStream.range(0, LENGTHS).mapToObj(i -> work.batch(random, size.batches().rows(),
                size.batches().instructions() * (LENGTHS + i + 1) / (2 * LENGTHS))).toList();
        TrainingSteps training = new TrainingSteps(work, Stage.INSTRUCTION_TUNING);
        double[] seconds = new double[steps];
        double[] memory = new double[steps];
        double[] losses = new double[steps];
        long[] before = collections();
        TimeLeft left = new TimeLeft(steps);
        for (int i = 0; i < steps; i++) {
            // Of every length before and after, in an order that does not repeat
            Workload.Batch batch = batches.get(random.nextInt(LENGTHS));
            long started = System.nanoTime();
            losses[i] = training.step(features, batch);
            seconds[i] = (System.nanoTime() - started) / 1e9;
            memory[i] = OurSide.memory("VmRSS");
            left.done(1).ifPresent(say);
        }
        long[] after = collections();
        return new Result(seconds, memory, losses, after[0] - before[0], (after[1] - before[1]) / 1e3);
    }

    private static long[] collections() {
        long[] sum = new long[2];
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            sum[0] += collector.getCollectionCount();
            sum[1] += collector.getCollectionTime();
        }
        return sum;
    }

    /**
     * {@return times in seconds, memory in megabytes}
     *
     * @param result of a run
     */
    public static ObjectNode json(Result result) {
        ObjectNode node = new ObjectMapper().createObjectNode().put("steps", result.seconds().length)
                .put("blas", BenchReport.blas()).put("resident_mb_settled", result.residentMb()[result.settled() - 1])
                .put("settled_at_step", result.settled())
                .put("resident_mb_end", result.residentMb()[result.residentMb().length - 1])
                .put("growth", result.growth()).put("heap_collections", result.collections())
                .put("heap_collection_seconds", result.collectionSeconds());
        node.set("first_quarter", BenchReport.times(result.first()));
        node.set("last_quarter", BenchReport.times(result.last()));
        return node.put("last_to_first", result.last().median() / result.first().median());
    }

    /**
     * {@return the same to read}
     *
     * @param result of a run
     */
    public static String table(Result result) {
        double[] memory = result.residentMb();
        return String.format(Locale.ROOT, "first quarter %s%nlast quarter  %s  ratio %.3f%nmemory %.0f MB after step %d, "
                + "%.0f MB at the end: %+.1f %%%nheap collected %d times, %.2f s in all%n", row(result.first()),
                row(result.last()), result.last().median() / result.first().median(), memory[result.settled() - 1],
                result.settled(), memory[memory.length - 1], 100 * result.growth(), result.collections(),
                result.collectionSeconds());
    }

    private static String row(Times times) {
        return String.format(Locale.ROOT, "%5d steps, median %.1f ms (10 %% .. 90 %%: %.1f .. %.1f)", times.runs(),
                1e3 * times.median(), 1e3 * times.low(), 1e3 * times.high());
    }

    /**
     * Writes {@code long.json} and {@code long.png}.
     *
     * @param result of a run
     * @param folder made if need be
     */
    public static void write(Result result, Path folder) {
        WholeFile.write(folder.resolve("long.json"), json(result).toPrettyString() + "\n");
        XYChart chart = new XYChartBuilder().width(640).height(300).title("Stage 2, step by step").xAxisTitle("step")
                .yAxisTitle("ms, median of 25 steps").build();
        chart.getStyler().setChartBackgroundColor(Color.WHITE).setLegendPosition(Styler.LegendPosition.OutsideS)
                .setLegendLayout(Styler.LegendLayout.Horizontal);
        chart.setYAxisGroupTitle(1, "MB resident");
        chart.getStyler().setYAxisGroupPosition(1, Styler.YAxisPosition.Right);
        double[] steps = IntStream.range(0, windows(result)).mapToDouble(i -> 25.0 * (i + 1)).toArray();
        chart.addSeries("time of a step", steps, IntStream.range(0, steps.length).mapToDouble(i -> 1e3 * Times.of(
                Arrays.copyOfRange(result.seconds(), 25 * i, 25 * i + 25)).median()).toArray())
                .setMarker(SeriesMarkers.NONE);
        chart.addSeries("memory", steps, IntStream.range(0, steps.length)
                .mapToDouble(i -> result.residentMb()[25 * i + 24]).toArray())
                .setMarker(SeriesMarkers.NONE).setYAxisGroup(1);
        chart.getStyler().setYAxisMin(0, 0.0).setYAxisMin(1, 0.0);
        WholeFile.write(folder.resolve("long.png"),
                file -> ImageIO.write(BitmapEncoder.getBufferedImage(chart), "png", file.toFile()));
    }

    private static int windows(Result result) {
        return result.seconds().length / 25;
    }
}
