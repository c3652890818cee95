package llava4j.bench;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * Repeated measurements of one task, in seconds.
 *
 * @param runs   how many
 * @param median the middle one
 * @param low    a tenth of them were faster
 * @param high   a tenth of them were slower
 */
public record Times(int runs, double median, double low, double high) {

    static Times of(double[] seconds) {
        double[] sorted = DoubleStream.of(seconds).sorted().toArray();
        return new Times(sorted.length, at(sorted, 0.5), at(sorted, 0.1), at(sorted, 0.9));
    }

    /** Between two measurements, in proportion. */
    private static double at(double[] sorted, double share) {
        double place = share * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    static double[] joined(double[] first, double[] second) {
        double[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
