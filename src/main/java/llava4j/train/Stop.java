package llava4j.train;

import java.nio.file.Path;

/**
 * Whether the process has been asked to end, by Ctrl-C or by {@code kill}: a run then finishes its step, saves itself and
 * stops, so that nothing of it is lost.
 *
 * <p>Java ends as soon as its shutdown hooks have; this one waits for the thread that trains. What one would get wrong:
 * waiting for ever, or calling {@code System.exit} from that thread, which then waits for the hook that waits for it.
 */
public final class Stop implements AutoCloseable {

    /** A long step is given up after this; what was saved before it is still there. */
    private static final long PATIENCE_MILLISECONDS = 20_000;

    private static volatile boolean asked;

    private final Thread hook;

    private Stop(Thread hook) {
        this.hook = hook;
    }

    /** Watches, for the thread that calls, until it is closed; a run that saves nothing ends at once, as usual. */
    static Stop of(Path state) {
        if (state == null) {
            return new Stop(null);
        }
        Thread training = Thread.currentThread();
        Thread hook = new Thread(() -> {
            asked = true;
            try {
                training.join(PATIENCE_MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Runtime.getRuntime().addShutdownHook(hook);
        return new Stop(hook);
    }

    /** {@return whether the process is ending; its exit code is then the signal's} */
    public static boolean isProcessEnding() {
        return asked;
    }

    boolean isAsked() {
        return hook != null && asked;
    }

    @Override
    public void close() {
        if (hook != null && !asked) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // The process is ending at this moment; the hook waits for this thread, which goes on to its end.
            }
        }
    }
}
