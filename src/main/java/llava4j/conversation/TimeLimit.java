package llava4j.conversation;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs a call into native code in a thread of its own, and waits for it no longer than a given time.
 *
 * <p>Native code cannot be interrupted: a call that hangs goes on until the process ends. Its thread is a daemon, so that
 * the process can end.
 */
final class TimeLimit {

    private TimeLimit() {
    }

    /**
     * {@return the call's result}
     *
     * @param seconds how long to wait
     * @param call    should leave nothing half done if it never comes back
     * @throws TimeoutException if the call has not come back by then
     * @throws Exception        what the call throws
     */
    static <T> T of(int seconds, Callable<T> call) throws Exception {
        FutureTask<T> task = new FutureTask<>(call);
        Thread thread = new Thread(task, "tokenizer");
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get(seconds, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }
}
