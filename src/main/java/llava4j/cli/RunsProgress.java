package llava4j.cli;

import java.util.Locale;
import llava4j.train.TrainingListener;

/**
 * Progress over several runs of like length, on stderr: the step of the current one, and the time left over all.
 */
final class RunsProgress {

    private static final long SECONDS_BETWEEN_LINES = 20;

    private final int runs;
    private final long started = System.nanoTime();
    private int begun;
    private long lastLine = started;

    RunsProgress(int runs) {
        this.runs = runs;
    }

    /** A listener for the next run. */
    TrainingListener next() {
        begun++;
        return (step, steps, loss, tokens) -> {
            long now = System.nanoTime();
            if (now - lastLine > SECONDS_BETWEEN_LINES * 1_000_000_000L) {
                lastLine = now;
                double done = begun - 1 + (double) step / steps;
                double left = (now - started) / 1e9 / done * (runs - done);
                System.err.printf(Locale.ROOT, "run %d of %d: step %d of %d, loss %.3f; about %.0f minutes left over all%n",
                        begun, runs, step, steps, loss, Math.ceil(left / 60));
            }
        };
    }
}
