package llava4j.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import llava4j.execution.Awaited;

/**
 * How fast this machine reads memory: bytes a second, all processors together.
 *
 * <p>Decoding one token reads every weight once and does two operations with it, far fewer than a processor could in that
 * time, so this is its bound. Each thread adds up a piece that is many times larger than any cache. What one would get
 * wrong: to read the same piece by every thread, which the shared cache then answers.
 */
final class MemoryBandwidth {

    private static final int NUMBERS = 1 << 24;
    private static final int ROUNDS = 8;

    private MemoryBandwidth() {
    }

    /** {@return bytes a second in the fastest of some rounds} */
    static double bytesPerSecond() {
        int threads = Runtime.getRuntime().availableProcessors();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<Long>> readers = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                long[] piece = new long[NUMBERS];
                Arrays.fill(piece, i + 1L);       // a page that was never written is not in memory
                readers.add(() -> Arrays.stream(piece).sum());
            }
            double fastest = 0;
            for (int round = 0; round < ROUNDS; round++) {
                long started = System.nanoTime();
                readers.stream().map(pool::submit).toList().forEach(Awaited::result);
                fastest = Math.max(fastest, 8.0 * NUMBERS * threads / ((System.nanoTime() - started) / 1e9));
            }
            return fastest;
        } finally {
            pool.shutdown();
        }
    }
}
