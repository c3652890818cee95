package llava4j.serve;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import llava4j.execution.Threads;

/**
 * The one line in which all requests stand: so many places, and one thread at its head.
 *
 * <p>A request takes its place before its body is read, so that what is in memory is bounded however many come. One thread
 * decodes, since the graphs of a model hold one run at a time, and a machine's cores are not more for being asked twice. Who
 * leaves gives up its place at once, and its work is taken out of the line with it: left there it would hold its pictures in
 * memory, and no place would count them.
 */
final class DecodingLine implements AutoCloseable {

    private final int all;
    private final Semaphore free;
    private final ThreadPoolExecutor head;
    private final BooleanSupplier learning;
    private volatile boolean closing;

    /**
     * @param width    features of a token, by which the number of threads of an operation is chosen
     * @param learning whether the model is changing, so that nobody can be answered
     */
    DecodingLine(int places, int width, BooleanSupplier learning) {
        this.learning = learning;
        all = places;
        free = new Semaphore(places);
        head = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
            Thread decoding = new Thread(() -> {
                Threads.fit(width);
                work.run();
            }, "decoding");
            decoding.setDaemon(true);
            return decoding;
        });
    }

    /** A place in the line, kept until it is closed. */
    final class Place implements AutoCloseable {

        private Runnable work;

        /** Has something done in the decoding thread when its turn comes, unless the place is given up before. */
        void run(Runnable wanted) {
            work = wanted;
            head.execute(wanted);
        }

        /**
         * Computes something in the decoding thread and waits for it, at most so many seconds.
         *
         * @throws ClientConnection.Closed if the client leaves before it is there
         */
        <T> T call(Supplier<T> wanted, long seconds, ClientConnection client) throws IOException {
            FutureTask<T> task = new FutureTask<>(wanted::get);
            run(task);
            for (long waited = 0; waited < seconds; waited++) {
                try {
                    return task.get(1, TimeUnit.SECONDS);
                } catch (TimeoutException e) {
                    client.checkOpen();
                } catch (ExecutionException e) {
                    throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e.getCause());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw ApiError.unavailable("the server is stopping");
                }
            }
            throw ApiError.unavailable("the time for this request is over");
        }

        @Override
        public void close() {
            if (work != null) {
                head.remove(work);
            }
            free.release();
        }
    }

    /** Takes a place, or throws that there is none. */
    Place place() {
        if (closing) {
            throw ApiError.unavailable("the server is stopping");
        }
        if (learning.getAsBoolean()) {
            throw ApiError.unavailable("the model is being trained: ask again when the run is over");
        }
        if (!free.tryAcquire()) {
            throw ApiError.full(all);
        }
        return new Place();
    }

    /** How many places are taken. */
    int taken() {
        return all - free.availablePermits();
    }

    /** Lets nobody in any more and waits until those who are in have their answers, or as many seconds. */
    boolean drain(long seconds) {
        closing = true;
        try {
            return free.tryAcquire(all, seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        closing = true;
        head.shutdownNow();
    }
}
