package llava4j.execution;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import llava4j.error.UserError;

/**
 * What comes of work in another thread: its result, or what ended it, thrown on as it was.
 *
 * <p>What one would get wrong: a future wraps what it throws, so that a user's mistake would look like a defect, and memory
 * that does not suffice like neither.
 */
public final class Awaited {

    private Awaited() {
    }

    /**
     * Waits for it.
     *
     * @param work in another thread
     * @param <T>  of its result
     * @return the result
     * @throws UserError if this thread is interrupted meanwhile; else the error or exception that ended the work
     */
    public static <T> T result(Future<T> work) {
        try {
            return work.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UserError("interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
    }
}
