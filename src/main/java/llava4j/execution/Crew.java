package llava4j.execution;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * The cores besides the one that decodes, for products that follow each other a few microseconds apart.
 *
 * <p>A token is two hundred products of a tenth of a millisecond. To wake a thread for each takes as long as the product; so a
 * thread that has helped looks for more for a moment before it sleeps. Work comes in pieces, and whoever is free takes the next:
 * if the others come late, because another program has their cores, the first does it all and waits for nobody.
 */
final class Crew {

    /** How long a thread looks for more work before it sleeps: longer than what lies between two products of a token. */
    private static final long AWAKE_NANOS = 200_000;

    /** Numbers from which on a loop over them takes longer than handing some of it over. */
    private static final int WORTH_SHARING = 1 << 16;
    /** Whoever is free takes the next, so that a core that comes late is not waited for long. */
    private static final int PARTS_A_CORE = 2;

    private static final Job NONE = new Job(0, piece -> { });

    /** Made when the first product is worth sharing. */
    private static final Crew OF_ALL_CORES = new Crew(Threads.cores() - 1);

    private final Hand[] hands;
    private final AtomicBoolean busy = new AtomicBoolean();

    private Crew(int others) {
        hands = new Hand[others];
        for (int i = 0; i < others; i++) {
            hands[i] = new Hand();
            hands[i].start();
        }
    }

    /**
     * Computes all pieces, on all cores that are free.
     *
     * @param pieces how many
     * @param work   computes the piece of a number, from 0; in any order, several at once
     */
    static void share(int pieces, IntConsumer work) {
        OF_ALL_CORES.compute(new Job(pieces, work));
    }

    /** Computes some rows, or pieces, of many. */
    @FunctionalInterface
    interface Rows {

        /**
         * @param begin the first
         * @param end   the first that is not among them
         */
        void compute(int begin, int end);
    }

    /**
     * Computes rows that do not need each other: a few by the thread that calls, many by all cores that are free, unless the
     * caller is one of several side by side. What comes out is the same.
     *
     * @param rows    how many
     * @param numbers in all of them
     * @param work    computes some
     */
    static void rows(int rows, long numbers, Rows work) {
        if (numbers < WORTH_SHARING || Threads.now() == 1) {
            work.compute(0, rows);
            return;
        }
        int parts = Math.min(rows, PARTS_A_CORE * Threads.cores());
        share(parts, part -> work.compute((int) ((long) part * rows / parts), (int) ((part + 1L) * rows / parts)));
    }

    private void compute(Job job) {
        if (!busy.compareAndSet(false, true)) {
            job.take();                          // another model is decoding: two crews would be in each other's way
            return;
        }
        try {
            for (Hand hand : hands) {
                hand.give(job);
            }
            job.take();
        } finally {
            job.awaitOthers();
            for (Hand hand : hands) {
                hand.given = NONE;               // a job knows its weights, which may be many
            }
            busy.set(false);
        }
        if (job.failure instanceof Error error) {
            throw error;
        }
        if (job.failure != null) {
            throw (RuntimeException) job.failure;
        }
    }

    private static final class Job {
        private final int pieces;
        private final IntConsumer work;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicInteger helping = new AtomicInteger();
        private volatile Throwable failure;

        private Job(int pieces, IntConsumer work) {
            this.pieces = pieces;
            this.work = work;
        }

        private void take() {
            for (int piece = next.getAndIncrement(); piece < pieces; piece = next.getAndIncrement()) {
                work.accept(piece);
            }
        }

        private void help() {
            helping.incrementAndGet();           // before a piece is taken: whoever finds none left then sees that one is under way
            try {
                take();
            } catch (Throwable e) {                 // an error, too, or its rows would be missing and nobody would know
                failure = e;
            } finally {
                helping.decrementAndGet();
            }
        }

        private void awaitOthers() {
            next.set(pieces);
            while (helping.get() > 0) {
                Thread.onSpinWait();
            }
        }
    }

    private static final class Hand extends Thread {
        private volatile Job given = NONE;
        private volatile boolean asleep;

        private Hand() {
            super("shares products");
            setDaemon(true);
        }

        private void give(Job job) {
            given = job;
            if (asleep) {
                LockSupport.unpark(this);
            }
        }

        @Override
        public void run() {
            NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);        // it is one of those that share already
            Job last = NONE;
            long since = System.nanoTime();
            while (true) {
                Job job = given;
                if (job != last) {
                    job.help();
                    last = job;
                    since = job == NONE ? since : System.nanoTime();
                } else if (System.nanoTime() - since < AWAKE_NANOS) {
                    Thread.onSpinWait();
                } else {
                    asleep = true;
                    if (given == last) {         // asked again after asleep is seen by give
                        LockSupport.park(this);
                    }
                    asleep = false;
                }
            }
        }
    }
}
