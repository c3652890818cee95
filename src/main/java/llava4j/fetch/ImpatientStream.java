package llava4j.fetch;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * An answer's body that breaks off when no byte has come for a while.
 *
 * <p>Java's client limits only the time until an answer begins. What one would get wrong: a connection whose other end has
 * vanished brings neither bytes nor an error, so that a download over night stands still until morning.
 */
final class ImpatientStream extends FilterInputStream {

    private static final ScheduledExecutorService WATCH = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "fetch-watch");
        thread.setDaemon(true);
        return thread;
    });

    private final ScheduledFuture<?> watch;
    private final Duration stall;
    private volatile long last = System.nanoTime();
    private volatile boolean stalled;

    /**
     * @param body  to read from
     * @param stall longest time without a byte
     */
    ImpatientStream(InputStream body, Duration stall) {
        super(body);
        this.stall = stall;
        long period = Math.max(1, stall.toMillis() / 4);
        watch = WATCH.scheduleWithFixedDelay(this::look, period, period, TimeUnit.MILLISECONDS);
    }

    private void look() {
        if (System.nanoTime() - last > stall.toNanos()) {
            stalled = true;
            try {
                close();
            } catch (IOException e) {
                // The reader is told by its own exception.
            }
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        try {
            int read = super.read(bytes, from, length);
            if (stalled) {
                throw new IOException("closed");
            }
            last = System.nanoTime();
            return read;
        } catch (IOException e) {
            throw stalled ? new IOException("no byte for " + stall.toSeconds() + " s", e) : e;
        }
    }

    @Override
    public void close() throws IOException {
        watch.cancel(false);
        super.close();
    }
}
