package llava4j.cli;

import java.io.PrintStream;
import java.util.Locale;
import llava4j.train.TrainingListener;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Training's progress on stderr: a bar with loss, tokens a second and time left; where stderr is no terminal, a line now
 * and then.
 */
final class StepProgress implements TrainingListener, AutoCloseable {

    private static final int LINES = 10;

    private final String task;
    private final PrintStream err = System.err;
    private final ProgressBar bar;
    private final long started = System.nanoTime();
    private double smoothed = Double.NaN;
    private long tokens;
    private int firstStep = -1;

    StepProgress(String task, int steps) {
        this.task = task;
        bar = System.console() == null ? null : new ProgressBarBuilder().setTaskName(task).setInitialMax(steps)
                .setStyle(ProgressBarStyle.ASCII).setUpdateIntervalMillis(200)
                .setConsumer(new ConsoleProgressBarConsumer(err)).build();
    }

    @Override
    public void onStep(int step, int steps, double loss, int batchTokens) {
        firstStep = firstStep < 0 ? step - 1 : firstStep;
        smoothed = Double.isNaN(smoothed) ? loss : 0.95 * smoothed + 0.05 * loss;
        tokens += batchTokens;
        double seconds = (System.nanoTime() - started) / 1e9;
        String state = String.format(Locale.ROOT, "loss %.3f, %.0f tokens/s", smoothed, tokens / seconds);
        if (bar != null) {
            bar.stepTo(step).setExtraMessage(state);
        } else if (step % Math.max(1, steps / LINES) == 0 || step == steps) {
            double left = seconds / (step - firstStep) * (steps - step);
            err.printf(Locale.ROOT, "%s: step %d of %d, %s, %.0f s left%n", task, step, steps, state, left);
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
