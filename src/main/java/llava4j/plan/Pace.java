package llava4j.plan;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import llava4j.execution.EmptyGraph;
import llava4j.execution.Precision;
import llava4j.execution.Schedule;
import llava4j.execution.Threads;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * How fast this machine multiplies matrices, so that it can be said before a training how long it will take.
 *
 * <p>seconds = operations / (share · pace): the matrix products of a step are counted by {@link Flops}; what is done between
 * them takes time and counts no operations, hence the share. It is a forecast, good to a third; the progress line then says
 * what is true.
 *
 * @param flops multiplications and additions a second, in large products
 */
public record Pace(double flops) {

    /** Of a training step's time, what the products take; measured on SmolLM2-135M, two cores: 0.6 in stage 1, 0.9 in stage 2. */
    private static final double SHARE = 0.75;
    private static final int ROWS = 512;
    private static final int WIDTH = 1024;
    private static final int TRIES = 12;

    /**
     * {@return this machine's pace in the {@link Precision} that is chosen: products with their gradients, on all cores side by side as
     * a batch's rows are; a second or two}
     */
    public static Pace measured() {
        double[] paces = new double[Threads.cores()];
        Threads.each(paces.length, (thread, threads) -> paces[thread] = ofOneThread());
        return new Pace(Arrays.stream(paces).sum());
    }

    private static double ofOneThread() {
        SameDiff graph = EmptyGraph.create();
        SDVariable x = graph.var("x", Nd4j.ones(DataType.FLOAT, ROWS, WIDTH));
        SDVariable w = graph.var("w", Nd4j.ones(DataType.FLOAT, WIDTH, WIDTH));
        x.mmul(w).mean().rename("loss");
        graph.setLossVariables("loss");
        Schedule schedule = Schedule.ofGradients(graph, List.of("loss"), List.of("x", "w"));
        schedule.run(Map.of());
        long started = System.nanoTime();
        for (int i = 0; i < TRIES; i++) {
            schedule.run(Map.of());
        }
        return TRIES * 3 * 2.0 * ROWS * WIDTH * WIDTH / ((System.nanoTime() - started) / 1e9);
    }

    /**
     * {@return how long a training of so many operations will take}
     *
     * @param operations of its matrix products
     */
    public Duration of(double operations) {
        return Duration.ofSeconds(Math.round(operations / (SHARE * flops)));
    }

    /**
     * {@return "12 min", "2 h 40 min"}
     *
     * @param time any
     */
    public static String written(Duration time) {
        long minutes = Math.max(1, Math.round(time.toSeconds() / 60.0));
        return minutes < 60 ? minutes + " min" : String.format(Locale.ROOT, "%d h %02d min", minutes / 60, minutes % 60);
    }
}
