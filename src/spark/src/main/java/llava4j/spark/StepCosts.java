package llava4j.spark;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import llava4j.model.LossGraph;
import llava4j.train.GradientSum;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a training step costs on a cluster beside its arithmetic, phase by phase, for several numbers of trained parameters: the way
 * of {@link SparkObjective}, with arrays of the same sizes and no model.
 *
 * <p>{@code StepCosts CHART.svg [PARAMETERS ...]} starts one and then two executors on this machine, prints a table and a formula,
 * and draws the speed-up that follows from them. To be run on an idle machine: it measures time.
 */
public final class StepCosts {

    private static final int[] SIZES = {12_416, 660_000, 4_200_000, 20_000_000, 135_000_000};
    private static final String NAME = "weight";
    /** Fewer steps of more bytes: each size takes about as long. */
    private static final long BYTES_A_SIZE = 2_000_000_000L;
    private static final Map<Integer, INDArray> KEPT = new ConcurrentHashMap<>();

    private StepCosts() {
    }

    /** Milliseconds in a task: until the weights are there, until they are in their array, until the gradient is packed. */
    private record Task(byte[] gradient, double fetch, double unpack, double pack) implements Serializable {
        double all() {
            return fetch + unpack + pack;
        }
    }

    /**
     * Milliseconds of one step, by phase.
     *
     * @param pack     the weights become bytes
     * @param send     they are handed to Spark
     * @param fetch    an executor gets them, the slowest one
     * @param take     it writes them into its arrays, and its gradient becomes bytes
     * @param schedule all else of the job: tasks go out, gradients come back
     * @param sum      the gradients become arrays and are added
     */
    record Step(double pack, double send, double fetch, double take, double schedule, double sum) {
        double all() {
            return pack + send + fetch + take + schedule + sum;
        }
    }

    /**
     * Measures, prints, draws.
     *
     * @param arguments where the chart goes, and the numbers of parameters; by default five from 12 thousand to 135 million
     * @throws IOException if the chart cannot be written
     */
    public static void main(String[] arguments) throws IOException {
        int[] sizes = arguments.length < 2 ? SIZES : Arrays.stream(arguments).skip(1).mapToInt(Integer::parseInt).toArray();
        Files.createDirectories(Path.of(System.getenv("SPARK_HOME"), "jars"));
        System.out.println("| parameters | executors | weights to bytes | handed over | fetched | into arrays and back | scheduling, "
                + "way back | added up | **a step, ms** |");
        System.out.println("|---|---|---|---|---|---|---|---|---|");
        List<double[]> measured = new ArrayList<>();
        for (int executors = 1; executors <= 2; executors++) {
            SparkConf conf = new SparkConf().setAppName("llava4j costs").setMaster("local-cluster[" + executors + ",1,5120]")
                    .set("spark.executor.memory", "5g")
                    .set("spark.executor.extraClassPath", System.getProperty("java.class.path"))
                    .set("spark.executor.extraJavaOptions", "-Dorg.bytedeco.javacpp.maxphysicalbytes=8g")
                    .set("spark.ui.enabled", "false").set("spark.log.level", "ERROR").set("spark.driver.maxResultSize", "0")
                    .set("spark.broadcast.compress", "false").set("spark.locality.wait", "0s");
            try (JavaSparkContext spark = new JavaSparkContext(conf)) {
                for (int size : sizes) {
                    Step median = measured(spark, size, executors);
                    System.out.printf(Locale.ROOT, "| %,d | %d | %.1f | %.1f | %.1f | %.1f | %.1f | %.1f | **%.0f** |%n", size, executors,
                            median.pack(), median.send(), median.fetch(), median.take(), median.schedule(), median.sum(), median.all());
                    measured.add(new double[] {size, executors, median.all()});
                }
            }
        }
        SpeedUp formula = SpeedUp.fitted(measured);
        System.out.println();
        System.out.println(formula);
        Files.writeString(Path.of(arguments[0]), SpeedUpChart.of(formula));
        System.out.println("chart: " + arguments[0]);
    }

    private static Step measured(JavaSparkContext spark, int size, int executors) {
        int steps = (int) Math.max(5, Math.min(60, BYTES_A_SIZE / (4L * size * (executors + 1))));
        List<Step> all = new ArrayList<>();
        Map<String, INDArray> weights = Map.of(NAME, Nd4j.rand(DataType.FLOAT, size));
        Map<String, INDArray> total = Map.of(NAME, Nd4j.createUninitialized(DataType.FLOAT, size));
        Map<String, INDArray> part = Map.of(NAME, Nd4j.createUninitialized(DataType.FLOAT, size));
        GradientSum sum = new GradientSum();
        for (int step = 0; step < steps; step++) {
            all.add(step(spark, size, executors, weights, total, part, sum));
        }
        List<Step> warm = all.subList(steps / 3, steps);
        return new Step(median(warm, Step::pack), median(warm, Step::send), median(warm, Step::fetch), median(warm, Step::take),
                median(warm, Step::schedule), median(warm, Step::sum));
    }

    private static Step step(JavaSparkContext spark, int size, int executors, Map<String, INDArray> weights,
                             Map<String, INDArray> total, Map<String, INDArray> part, GradientSum sum) {
        List<String> names = List.of(NAME);
        long begin = System.nanoTime();
        byte[] bytes = Floats.of(names, weights);
        double pack = since(begin);
        begin = System.nanoTime();
        Broadcast<byte[]> broadcast = spark.broadcast(bytes);
        double send = since(begin);
        begin = System.nanoTime();
        List<Task> tasks = spark.parallelize(IntStream.range(0, executors).boxed().toList(), executors)
                .map(number -> task(size, broadcast)).collect();
        double job = since(begin);
        broadcast.destroy();
        begin = System.nanoTime();
        for (int i = 0; i < executors; i++) {
            Map<String, INDArray> arrays = i == 0 ? total : part;
            Floats.into(tasks.get(i).gradient(), names, arrays);
            sum.add(total, new LossGraph.Gradients(0, 1, arrays), executors);
        }
        double added = since(begin);
        Task slowest = tasks.stream().max((a, b) -> Double.compare(a.all(), b.all())).orElseThrow();
        return new Step(pack, send, slowest.fetch(), slowest.unpack() + slowest.pack(), Math.max(0, job - slowest.all()), added);
    }

    private static Task task(int size, Broadcast<byte[]> broadcast) {
        Map<String, INDArray> arrays = Map.of(NAME, KEPT.computeIfAbsent(size, n -> Nd4j.createUninitialized(DataType.FLOAT, n)));
        long begin = System.nanoTime();
        byte[] weights = broadcast.value();
        double fetch = since(begin);
        begin = System.nanoTime();
        Floats.into(weights, List.of(NAME), arrays);
        double unpack = since(begin);
        begin = System.nanoTime();
        byte[] gradient = Floats.of(List.of(NAME), arrays);
        return new Task(gradient, fetch, unpack, since(begin));
    }

    private static double since(long begin) {
        return (System.nanoTime() - begin) / 1e6;
    }

    private static double median(List<Step> steps, ToDoubleFunction<Step> phase) {
        double[] sorted = steps.stream().mapToDouble(phase).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
