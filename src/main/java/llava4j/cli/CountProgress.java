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
    /** What takes hours has a line at least as often as this. */
    private static final double MOST_SECONDS_BETWEEN_LINES = 60;

    private final String task;
    private final String things;
    private final PrintStream err = System.err;
    private final long started = System.nanoTime();
    private ProgressBar bar;
    private int lastLine;
    private double lastTime;

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
        double seconds = (System.nanoTime() - started) / 1e9;
        double rate = done / seconds;
        String state = String.format(Locale.ROOT, rate < 10 ? "%.2f %s/s, %s left" : "%.0f %s/s, %s left", rate, things,
                time((all - done) / Math.max(1e-9, rate)));
        if (System.console() != null) {
            if (bar == null) {
                bar = new ProgressBarBuilder().setTaskName(task).setInitialMax(all).setStyle(ProgressBarStyle.ASCII).hideEta()
                        .setUpdateIntervalMillis(200).setConsumer(new ConsoleProgressBarConsumer(err)).build();
            }
            bar.stepTo(done).setExtraMessage(state);
        } else if (done < all && (done - lastLine >= Math.max(1, all / LINES)
                || seconds - lastTime > MOST_SECONDS_BETWEEN_LINES)) {
            lastLine = done;
            lastTime = seconds;
            err.printf("%s: %d of %d %s, %s%n", task, done, all, things, state);
        }
    }

    private static String time(double seconds) {
        return seconds < 600 ? String.format(Locale.ROOT, "%.0f s", seconds)
                : seconds < 36_000 ? String.format(Locale.ROOT, "%.0f minutes", seconds / 60)
                : String.format(Locale.ROOT, "%.1f hours", seconds / 3600);
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
