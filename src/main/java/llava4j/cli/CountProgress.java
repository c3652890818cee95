package llava4j.cli;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.BiConsumer;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** How many of many are done, on stderr, with the rate and the time left; where stderr is no terminal, a line now and then. */
final class CountProgress implements BiConsumer<Integer, Integer>, AutoCloseable {

    private static final int LINES = 20;

    private final String task;
    private final String things;
    private final PrintStream err = System.err;
    private final long started = System.nanoTime();
    private ProgressBar bar;
    private int lastLine;

    /**
     * @param task   the command
     * @param things what is counted
     */
    CountProgress(String task, String things) {
        this.task = task;
        this.things = things;
    }

    @Override
    public void accept(Integer done, Integer all) {
        double rate = done / ((System.nanoTime() - started) / 1e9);
        String state = String.format(Locale.ROOT, "%.0f %s/s, %.0f s left", rate, things, (all - done) / Math.max(1e-9, rate));
        if (System.console() != null) {
            if (bar == null) {
                bar = new ProgressBarBuilder().setTaskName(task).setInitialMax(all).setStyle(ProgressBarStyle.ASCII).hideEta()
                        .setUpdateIntervalMillis(200).setConsumer(new ConsoleProgressBarConsumer(err)).build();
            }
            bar.stepTo(done).setExtraMessage(state);
        } else if (done - lastLine >= Math.max(1, all / LINES) && done < all) {
            lastLine = done;
            err.printf("%s: %d of %d %s, %s%n", task, done, all, things, state);
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
