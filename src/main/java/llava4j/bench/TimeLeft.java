package llava4j.bench;

import java.util.Locale;
import java.util.Optional;

/** How long a row of measurements will still take, by what those that are done took: told now and then. */
final class TimeLeft {

    private static final double SECONDS_BETWEEN_LINES = 5;

    private final double all;
    private final long started = System.nanoTime();
    private double done;
    private double told;

    /** @param all work to be done, in any unit */
    TimeLeft(double all) {
        this.all = all;
    }

    /**
     * So much more of the work is done.
     *
     * @return a line to be shown, if the last one was some time ago
     */
    Optional<String> done(double work) {
        done += work;
        double seconds = (System.nanoTime() - started) / 1e9;
        if (seconds - told < SECONDS_BETWEEN_LINES) {
            return Optional.empty();
        }
        told = seconds;
        return Optional.of(String.format(Locale.ROOT, "%.0f %% done, about %.0f s left", 100 * done / all,
                seconds / done * (all - done)));
    }
}
