package llava4j.cli;

import java.util.Locale;
import llava4j.train.TrainingListener;

/**
 * Progress over many trainings, a line on stderr now and then: the step of the current one, and the time left over all.
 */
final class LongProgress implements TrainingListener {

    private static final double SECONDS_BETWEEN_LINES = 20;

    private final int stepsLeft;
    private final long started = System.nanoTime();
    private int done;
    private double lastLine;

    /** @param stepsLeft steps of all trainings together */
    LongProgress(int stepsLeft) {
        this.stepsLeft = stepsLeft;
    }

    @Override
    public void onStep(int step, int steps, double loss, int tokens) {
        done++;
        double seconds = (System.nanoTime() - started) / 1e9;
        if (seconds - lastLine > SECONDS_BETWEEN_LINES) {
            lastLine = seconds;
            System.err.printf(Locale.ROOT, "  step %d of %d, loss %.3f; %.0f %% of all, about %.0f minutes left%n", step, steps,
                    loss, 100.0 * done / stepsLeft, Math.ceil(seconds / done * (stepsLeft - done) / 60));
        }
    }
}
