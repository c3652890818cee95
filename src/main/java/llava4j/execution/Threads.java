package llava4j.execution;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * How many threads an operation is spread over.
 *
 * <p>For small arrays one is best: handing work to a second thread costs more than it saves, and threads that wait for
 * each other on a busy machine make a step ten times as long. With one thread sums are also always added up in the same
 * order, so that a run repeats bit for bit.
 */
public final class Threads {

    /** Width of a model from which several threads pay. */
    static final int WIDE = 512;

    private Threads() {
    }

    /**
     * Lets each operation run in the thread that calls it. To be called before anything else of ND4J: its native library
     * reads these settings of the process when it is loaded, and what is told to it later does not reach its own threads.
     * Handing over to them halves the speed of a small model. The matrix products of a wide one keep all cores, since
     * OpenBLAS has threads of its own. SD_MAX_THREADS or OMP_NUM_THREADS, if set, decide instead.
     */
    public static void callersOnly() {
        if (System.getenv("SD_MAX_THREADS") != null || System.getenv("OMP_NUM_THREADS") != null) {
            return;
        }
        for (String setting : List.of("SD_MAX_THREADS", "SD_MASTER_THREADS")) {
            if (Platform.isWindows()) {
                NativeLibrary.getInstance("msvcrt").getFunction("_putenv_s").invokeInt(new Object[] {setting, "1"});
            } else {
                NativeLibrary.getInstance("c").getFunction("setenv").invokeInt(new Object[] {setting, "1", 1});
            }
        }
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
        private static final Function SET_THREADS = function("openblas_set_num_threads");
        private static final Function GET_THREADS = function("openblas_get_num_threads");

        private static Function function(String name) {
            Loader.load(openblas_nolapack.class);
            Pointer address = Loader.addressof(name);
            return address == null ? null : Function.getFunction(new com.sun.jna.Pointer(address.address()));
        }
    }

    /**
     * {@return how many things are done at the same time, each by a thread of its own: as many as there are cores for a
     * small model, whose operations take one thread each; one for a wide model and on a GPU}
     *
     * @param width features of a token, D
     */
    public static int parts(int width) {
        return onCpu() && width < WIDE ? Runtime.getRuntime().availableProcessors() : 1;
    }

    /**
     * {@return into how many equal parts a batch is split: at most {@link #parts(int)}}
     *
     * @param width features of a token, D
     * @param batch rows, B
     */
    public static int parts(int width, int batch) {
        int parts = Math.min(batch, parts(width));
        while (batch % parts != 0) {
            parts--;
        }
        return parts;
    }

    /**
     * {@return among how many threads an operation is split, which decides the order of its sums; 1 on a GPU}
     *
     * @param width features of a token, D
     */
    public static int ofAnOperation(int width) {
        String given = System.getenv("OMP_NUM_THREADS");
        if (given != null && given.strip().matches("\\d{1,6}")) {
            return Integer.parseInt(given.strip());
        }
        return onCpu() && width >= WIDE ? Runtime.getRuntime().availableProcessors() : 1;
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
     * Runs {@code work} in {@code threads} threads at once and waits for all; the first exception is thrown on.
     *
     * @param threads how many
     * @param work    is told its own number, from 0, and how many there are
     */
    public static void each(int threads, Work work) {
        List<CompletableFuture<Void>> running = IntStream.range(0, threads)
                .mapToObj(thread -> CompletableFuture.runAsync(() -> work.run(thread, threads), task -> {
                    Thread started = new Thread(task);
                    started.setDaemon(true);
                    started.start();
                })).collect(Collectors.toList());
        try {
            running.forEach(CompletableFuture::join);
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException ? (RuntimeException) e.getCause() : e;
        }
    }

    /** {@return whether ND4J computes on the processor, and not on a GPU} */
    public static boolean onCpu() {
        return Nd4j.getBackend().getClass().getSimpleName().equals("CpuBackend");
    }
}
