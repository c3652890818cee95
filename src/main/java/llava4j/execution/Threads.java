package llava4j.execution;

import com.sun.jna.Function;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * How the processor's cores are shared out: one operation over all of them, or rows of a batch side by side, each on a core of
 * its own.
 *
 * <p>Side by side is better wherever there are rows enough. Only matrix products can be spread over threads (OpenBLAS does it);
 * what lies between them, four tenths of a training step of SmolLM2-135M, would leave all cores but one idle. For small arrays
 * spreading loses twice: handing work to a second thread costs more than it saves, and threads that wait for each other on a
 * busy machine make a step ten times as long. So a single row of a wide model is spread, and all else runs side by side. With
 * one thread sums are also always added up in the same order, so that a run repeats bit for bit.
 */
public final class Threads {

    /** Width of a model from which it pays to spread an operation over several threads. */
    static final int WIDE = 512;

    /** Width above which a training batch is not split: each part keeps a gradient of every parameter that learns. */
    private static final int WIDEST_SPLIT = 1024;

    /** Numbers in arrays from which on handing some of them to another thread is nothing beside the work: four million bytes. */
    private static final long WORTH_SHARING = 1 << 20;

    private static final String JAVACPP_LOG = "org.bytedeco.javacpp.logger";

    /** Threads that work side by side at the moment. */
    private static final AtomicInteger ALONE = new AtomicInteger();

    /** Threads that wait for more work for a while: what the C library keeps for a thread would grow with ever new ones. */
    private static final Executor KEPT = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "side by side");
        thread.setDaemon(true);
        return thread;
    });

    /** Whether the model in use is a small one, whose operations take one thread at all times. */
    private static volatile boolean small;

    private Threads() {
    }

    /**
     * Lets each operation run in the thread that calls it. To be called before anything else of ND4J: its native library
     * reads these settings of the process when it is loaded, and what is told to it later does not reach its own threads.
     * Handing over to them halves the speed of a small model. The matrix products of a wide one keep all cores, since
     * OpenBLAS has threads of its own. SD_MAX_THREADS or OMP_NUM_THREADS, if set, decide instead. OpenBLAS reads, at the same
     * time, for which processor it is to compute ({@link BlasKernels}).
     */
    public static void callersOnly() {
        BlasKernels.choose();
        if (System.getProperty(JAVACPP_LOG) == null) {
            System.setProperty(JAVACPP_LOG, "slf4j");        // else it warns that oneDNN's half is of a later version than ND4J's
        }
        if (System.getenv("SD_MAX_THREADS") != null || System.getenv("OMP_NUM_THREADS") != null) {
            return;
        }
        ProcessEnvironment.set("SD_MAX_THREADS", "1");
        ProcessEnvironment.set("SD_MASTER_THREADS", "1");
    }

    /**
     * Chooses, for the thread that calls, for a model of {@code width} features a token. The environment variable
     * OMP_NUM_THREADS, if set, decides instead. On a GPU nothing is chosen.
     *
     * @param width features of a token, D
     */
    public static void fit(int width) {
        if (onCpu() && width < WIDE && System.getenv("OMP_NUM_THREADS") == null) {
            Nd4j.eye(2);            // the native library is loaded by its first use
            small = true;
            ofOperations(1);
        }
    }

    /**
     * {@return among how many threads operations are split: OpenBLAS's number, which holds for the whole process. OpenMP's holds
     * for the thread that set it; another thread of a small model would be told of all cores}
     */
    static int ofOperations() {
        return Blas.GET_THREADS == null ? openblas_nolapack.blas_get_num_threads() : Blas.GET_THREADS.invokeInt(new Object[0]);
    }

    /** Says among how many threads operations to come are split: OpenMP's, which oneDNN uses, and OpenBLAS's own. */
    static void ofOperations(int threads) {
        NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(threads);
        ofBlas(threads);
    }

    /**
     * Says among how many threads OpenBLAS splits the products to come. Its binding's own method looks the library up on disk
     * at every call, a tenth of a millisecond each and as much garbage; here the function is looked up once.
     */
    private static void ofBlas(int threads) {
        if (Blas.SET_THREADS == null) {
            openblas_nolapack.blas_set_num_threads(threads);         // another library than OpenBLAS
        } else {
            Blas.SET_THREADS.invokeVoid(new Object[] {threads});
        }
    }

    /** Looked up when it is first needed: the library is loaded then. */
    private static final class Blas {
        /** As many as OpenBLAS took for itself when it was loaded. */
        private static final int ALL = openblas_nolapack.blas_get_num_threads();
        private static final Function SET_THREADS = BlasKernels.function("openblas_set_num_threads").orElse(null);
        private static final Function GET_THREADS = BlasKernels.function("openblas_get_num_threads").orElse(null);
    }

    /** {@return how many things can be done side by side: as many as there are cores; one on a GPU} */
    public static int cores() {
        return onCpu() ? Runtime.getRuntime().availableProcessors() : 1;
    }

    /**
     * {@return how many parts of a batch are computed side by side, each by a thread and a graph of its own: as many as there
     * are cores; one for a model so wide that a second set of its gradients is too much, and on a GPU}
     *
     * @param width features of a token, D
     */
    public static int parts(int width) {
        return width <= WIDEST_SPLIT ? cores() : 1;
    }

    /**
     * {@return into how many equal parts a batch is split: at most {@link #parts(int)}}
     *
     * @param width features of a token, D
     * @param batch rows, B
     */
    public static int parts(int width, int batch) {
        return equal(batch, parts(width));
    }

    /**
     * {@return into how many equal parts rows can be split}
     *
     * @param rows how many
     * @param most parts
     */
    public static int equal(int rows, int most) {
        int parts = Math.min(rows, most);
        while (rows % parts != 0) {
            parts--;
        }
        return parts;
    }

    /**
     * How a batch is computed, which decides the order of its sums.
     *
     * @param parts   into how many equal parts its rows are split
     * @param threads among how many threads an operation is split
     */
    public record Split(int parts, int threads) {
    }

    /**
     * {@return how a batch is computed}
     *
     * @param width features of a token, D
     * @param batch rows, B
     * @param most  equal parts, at most, each in one thread whatever the machine; 0: as it suits this one
     */
    public static Split split(int width, int batch, int most) {
        if (most > 0) {
            return new Split(equal(batch, most), 1);
        }
        int parts = parts(width, batch);
        return new Split(parts, ofAnOperation(width, parts));
    }

    /**
     * {@return among how many threads an operation is split, which decides the order of its sums; 1 on a GPU}
     *
     * @param width features of a token, D
     * @param parts that are computed side by side
     */
    static int ofAnOperation(int width, int parts) {
        if (parts > 1) {
            return 1;
        }
        String given = System.getenv("OMP_NUM_THREADS");
        if (given != null && given.strip().matches("\\d{1,6}")) {
            return Integer.parseInt(given.strip());
        }
        return width >= WIDE ? cores() : 1;
    }

    /** {@return among how many threads the operation that the calling thread runs now may be split} */
    static int now() {
        return ALONE.get() > 0 ? 1 : ofAnOperation(WIDE, 1);
    }

    /**
     * Runs {@code work} in the thread that calls, which is one of several side by side: until all of them have ended, every
     * operation takes one thread. On a GPU nothing is chosen.
     *
     * @param <T>  what comes out
     * @param work to be done
     * @return what {@code work} returns
     */
    public static <T> T alone(Supplier<T> work) {
        if (!onCpu()) {
            return work.get();
        }
        ALONE.incrementAndGet();
        try {
            ofOperations(1);
            return work.get();
        } finally {
            if (ALONE.decrementAndGet() == 0 && !small) {
                ofBlas(Blas.ALL);
            }
        }
    }

    /** Work that is done by several threads. */
    @FunctionalInterface
    public interface Work {

        /**
         * @param thread  number of this thread, from 0
         * @param threads number of all
         */
        void run(int thread, int threads);
    }

    /**
     * Runs {@code work} in {@code threads} threads at once, each {@link #alone}, and waits for all; the first exception is
     * thrown on. A single one is the thread that calls.
     *
     * @param threads how many
     * @param work    is told its own number, from 0, and how many there are
     */
    public static void each(int threads, Work work) {
        if (threads == 1) {
            work.run(0, 1);
            return;
        }
        List<CompletableFuture<Void>> running = IntStream.range(0, threads)
                .mapToObj(thread -> CompletableFuture.runAsync(() -> alone(() -> {
                    work.run(thread, threads);
                    return null;
                }), KEPT)).collect(Collectors.toList());
        try {
            running.forEach(CompletableFuture::join);
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException ? (RuntimeException) e.getCause() : e;
        }
    }

    /**
     * Works on arrays side by side, each as a whole in one thread: whoever is free takes the next. What comes out does not depend on
     * the threads, if each array is worked on for itself. A few numbers are worked on by the thread that calls.
     *
     * @param arrays by name
     * @param work   is given a name and its array; of several at once
     */
    public static void share(Map<String, INDArray> arrays, BiConsumer<String, INDArray> work) {
        long numbers = arrays.values().stream().mapToLong(INDArray::length).sum();
        if (numbers < WORTH_SHARING) {
            arrays.forEach(work);
            return;
        }
        Queue<Map.Entry<String, INDArray>> left = new ConcurrentLinkedQueue<>(arrays.entrySet());
        each(cores(), (thread, threads) -> {
            for (Map.Entry<String, INDArray> next = left.poll(); next != null; next = left.poll()) {
                work.accept(next.getKey(), next.getValue());
            }
        });
    }

    /** {@return whether ND4J computes on the processor, and not on a GPU} */
    public static boolean onCpu() {
        return Nd4j.getBackend().getClass().getSimpleName().equals("CpuBackend");
    }
}
