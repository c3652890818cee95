package llava4j.ablate;

import java.util.List;
import java.util.Locale;

/**
 * A value over several seeds.
 *
 * @param mean   NaN for no value
 * @param spread standard deviation over the seeds (n − 1); 0 for a single one
 */
record Spread(double mean, double spread) {

    static Spread of(List<Double> values) {
        double mean = values.stream().mapToDouble(value -> value).average().orElse(Double.NaN);
        double squares = values.stream().mapToDouble(value -> (value - mean) * (value - mean)).sum();
        return new Spread(mean, values.size() < 2 ? 0 : Math.sqrt(squares / (values.size() - 1)));
    }

    /** "83.1 ± 0.7", or a dash. */
    @Override
    public String toString() {
        return Double.isNaN(mean) ? "-" : String.format(Locale.ROOT, "%.1f ± %.1f", mean, spread);
    }
}
