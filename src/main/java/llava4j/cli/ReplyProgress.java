package llava4j.cli;

import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.function.BiConsumer;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * A teacher's progress on stderr, with the time left.
 *
 * <p>The time left is judged from the last replies alone: after a resumption the first ones come out of the log at once.
 */
final class ReplyProgress implements BiConsumer<Integer, Integer>, AutoCloseable {

    private static final int WINDOW = 50;
    private static final int LINES = 20;

    private final PrintStream err = System.err;
    private final Deque<Long> times = new ArrayDeque<>();
    private ProgressBar bar;

    @Override
    public void accept(Integer answered, Integer all) {
        times.addLast(System.nanoTime());
        if (times.size() > WINDOW) {
            times.removeFirst();
        }
        double each = times.size() < 2 ? 0 : (times.getLast() - times.getFirst()) / 1e9 / (times.size() - 1);
        String left = String.format(Locale.ROOT, "%.0f s left", each * (all - answered));
        if (System.console() == null) {
            if (answered % Math.max(1, all / LINES) == 0 || answered.equals(all)) {
                err.printf("make-data: %d of %d replies, %s%n", answered, all, left);
            }
            return;
        }
        if (bar == null) {
            bar = new ProgressBarBuilder().setTaskName("make-data").setInitialMax(all).setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(200).hideEta().setConsumer(new ConsoleProgressBarConsumer(err)).build();
        }
        bar.stepTo(answered).setExtraMessage(left);
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
