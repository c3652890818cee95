package llava4j.spark;

import java.util.List;
import java.util.Locale;

/**
 * How much faster a step is on N executors than on one machine without Spark: C / (C/N + a + P (c + bN) + P (N + 2) w).
 *
 * <p>C is the step's arithmetic on one machine, P the bytes that learn, a what any job costs, c and b what a byte costs once and for
 * each executor, since all gradients meet at the driver. These are measured on one machine, where no wire lies between; w is a
 * byte's time on the wire, at 10 Gb/s, for N gradients in and about two copies of the weights out. What one would get wrong: the
 * arithmetic alone is shared. The rest grows with N, so every curve has a top, and beyond it each machine more makes it slower.
 *
 * @param fixed       a, ms
 * @param once        c, ms a byte
 * @param anExecutor  b, ms a byte and executor
 */
record SpeedUp(double fixed, double once, double anExecutor) {

    /** Ten gigabits a second, in ms a byte. */
    private static final double WIRE = 8 / 10e9 * 1e3;

    /** From steps measured with one and with two executors, each {parameters, executors, ms}; the least size gives a. */
    static SpeedUp fitted(List<double[]> measured) {
        double fixed = measured.stream().filter(row -> row[1] == 2).min((a, b) -> Double.compare(a[0], b[0])).orElseThrow()[2];
        double one = slope(measured, 1, fixed);
        double two = slope(measured, 2, fixed);
        double anExecutor = Math.max(0, two - one);
        return new SpeedUp(fixed, Math.max(0, one - anExecutor), anExecutor);
    }

    /** ms a byte, by least squares through a of the relative errors: 135 million parameters would else outweigh all other sizes. */
    private static double slope(List<double[]> measured, int executors, double fixed) {
        double products = 0;
        double squares = 0;
        for (double[] row : measured) {
            if (row[1] == executors) {
                double bytes = row[0] * Float.BYTES / row[2];
                products += bytes * (row[2] - fixed) / row[2];
                squares += bytes * bytes;
            }
        }
        return Math.max(0, products / squares);
    }

    /** What a step costs beside its arithmetic, in ms. */
    double overhead(long parameters, int executors) {
        double bytes = (double) parameters * Float.BYTES;
        return fixed + bytes * (once + anExecutor * executors) + bytes * (executors + 2) * WIRE;
    }

    /** The step on one machine over the step on so many executors; arithmetic in ms. */
    double of(double arithmetic, long parameters, int executors) {
        return arithmetic / (arithmetic / executors + overhead(parameters, executors));
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "overhead = %.0f ms + 4P (%.2f + %.2f N) ns, and 4P (N + 2) 0.8 ns on a wire of 10 Gb/s", fixed,
                once * 1e6, anExecutor * 1e6);
    }
}
