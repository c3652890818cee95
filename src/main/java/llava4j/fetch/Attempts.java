package llava4j.fetch;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.Optional;
import llava4j.error.UserError;

/**
 * Tries again what a network or a server may spoil, after 1, 2, 4, ... seconds, or when the server says.
 *
 * <p>Failures are counted in a row: a download of 13 GB may break off a hundred times, as long as each try gets farther.
 */
final class Attempts {

    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
    private static final Duration LONGEST_ASKED = Duration.ofMinutes(10);

    /**
     * Something that may fail and can be begun again.
     *
     * @param <T> what it yields
     */
    interface Attempt<T> {
        T now() throws IOException;
    }

    private final HubSettings settings;
    private final FetchListener listener;
    private int failures;

    Attempts(HubSettings settings, FetchListener listener) {
        this.settings = settings;
        this.listener = listener;
    }

    /** Tells that the current try has got farther than all before. */
    void advanced() {
        failures = 0;
    }

    /**
     * {@return what an attempt yields, as soon as one succeeds}
     *
     * @param what    is attempted, for the error
     * @param attempt is made again after an {@link IOException} of the network
     * @throws UserError if too many in a row failed, or the disk did
     */
    <T> T at(String what, Attempt<T> attempt) {
        while (true) {
            try {
                return attempt.now();
            } catch (FileSystemException e) {
                throw new UserError(e.getFile() + ": cannot be written (" + e.getClass().getSimpleName()
                        + "): choose another --out, or make it writable", e);
            } catch (IOException e) {
                failures++;
                if (failures >= settings.tries()) {
                    throw new UserError(String.format("%s: %s, %d times in a row: what has arrived is kept, the same command "
                            + "goes on from there. %s", what, reason(e), failures, remedy(e)), e);
                }
                Duration pause = pause(e);
                listener.waiting(reason(e), pause);
                sleep(pause);
            }
        }
    }

    private Duration pause(IOException e) {
        Duration own = settings.firstWait().multipliedBy(1L << Math.min(20, failures - 1));
        Optional<Duration> asked = e instanceof Unavailable unavailable ? unavailable.pause() : Optional.empty();
        if (asked.isPresent() && asked.get().compareTo(LONGEST_ASKED) > 0) {
            throw UserError.of("%s, and asks to be left alone for %d minutes: run the same command after that", reason(e),
                    asked.get().toMinutes());
        }
        return asked.orElse(own.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : own);
    }

    private static void sleep(Duration pause) {
        try {
            Thread.sleep(pause.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UserError("interrupted: the same command goes on from there", e);
        }
    }

    private static String reason(IOException e) {
        if (e instanceof ConnectException) {
            return e.getCause() instanceof UnresolvedAddressException || e.getMessage() == null
                    ? "the server's name is unknown or it cannot be reached" : "no connection (" + e.getMessage() + ")";
        }
        if (e instanceof HttpTimeoutException) {
            return "no answer in time";
        }
        return e instanceof Unavailable ? e.getMessage() : "the connection broke off (" + e.getMessage() + ")";
    }

    private static String remedy(IOException e) {
        return e instanceof Unavailable ? "Try later."
                : "Look at the network; where the way out is a proxy, set HTTPS_PROXY; a mirror is chosen by HF_ENDPOINT, or "
                + "for emoji by --registry.";
    }
}
