package llava4j.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import llava4j.fetch.Bytes;
import llava4j.fetch.FetchListener;
import llava4j.fetch.HubFile;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * A download's progress on stderr, with speed and time left; where stderr is no terminal, a line now and then.
 *
 * <p>The speed is that of this run: bytes that an earlier one has left took no time.
 */
final class FetchProgress implements FetchListener, AutoCloseable {

    private static final int LINES = 20;
    private static final int MEGABYTE = 1_000_000;

    private final PrintStream err = System.err;
    private ProgressBar bar;
    private long all;
    private long here;
    private long arrived;
    private long lastLine;
    private long started;
    private String file = "";

    @Override
    public void begin(long bytes, long before, int files) {
        all = bytes;
        here = before;
        lastLine = before;
        started = System.nanoTime();
        if (files == 0) {
            return;
        }
        err.printf("fetch: %d %s, %s%s%n", files, files == 1 ? "file" : "files", Bytes.text(bytes),
                before == 0 ? "" : ", of which " + Bytes.text(before) + " are here");
        if (System.console() != null) {
            bar = new ProgressBarBuilder().setTaskName("fetch").setInitialMax(bytes).setStyle(ProgressBarStyle.ASCII)
                    .setUnit(" MB", MEGABYTE).hideEta().setUpdateIntervalMillis(200)
                    .setConsumer(new ConsoleProgressBarConsumer(err)).build();
            bar.stepTo(before);
        }
    }

    @Override
    public void file(HubFile next) {
        file = next.path();
    }

    @Override
    public void received(long bytes) {
        here += bytes;
        arrived += Math.max(0, bytes);
        if (bar != null) {
            bar.stepTo(here).setExtraMessage(state());
        } else if (here - lastLine >= Math.max(MEGABYTE, all / LINES) || here == all) {
            lastLine = here;
            err.printf("fetch: %s of %s, %s%n", Bytes.text(here), Bytes.text(all), state());
        }
    }

    private String state() {
        double rate = arrived / Math.max(1e-9, (System.nanoTime() - started) / 1e9);
        return String.format(Locale.ROOT, "%s/s, %.0f s left, %s", Bytes.text((long) rate),
                rate > 0 ? Math.ceil((all - here) / rate) : 0, file);
    }

    @Override
    public void waiting(String reason, Duration pause) {
        err.printf(Locale.ROOT, "%sfetch: %s; trying again in %.0f s%n", bar == null ? "" : "\n", reason,
                pause.toMillis() / 1e3);
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
