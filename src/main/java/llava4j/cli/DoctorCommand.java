package llava4j.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import llava4j.bench.BenchReport;
import llava4j.error.UserError;
import llava4j.execution.BlasKernels;
import llava4j.execution.Nd4jVersion;
import llava4j.show.Lettering;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;
import picocli.CommandLine.Command;

/** Looks at the machine and says what to change. */
@Command(name = "doctor", mixinStandardHelpOptions = true,
        description = "Java, backend, BLAS, threads, memory and GPU, and what to change about them.")
final class DoctorCommand implements Callable<Integer> {

    /** What the native library calls 0 (another processor), 1, 2 and 3. */
    private static final List<String> LEVELS = List.of("any processor", "plain x86-64", "AVX2", "AVX-512");
    private static final int AVX2 = 2;
    /** Compute capabilities for which nd4j-cuda-11.2 1.0.0-M1.1 holds machine code. */
    private static final double NEWEST_MACHINE_CODE = 8.6;
    private static final double OLDEST_MACHINE_CODE = 3.5;

    private final List<String> advice = new ArrayList<>();

    @Override
    public Integer call() {
        say("Java", System.getProperty("java.version") + " on " + System.getProperty("os.name") + " "
                + System.getProperty("os.arch"));
        encodings();
        letters();
        NativeOps natives = null;
        boolean cuda = false;
        try {
            Nd4j.eye(2);            // the native library is loaded by its first use
            String backend = Nd4j.getBackend().getClass().getSimpleName();
            cuda = backend.contains("Cublas");
            say("backend", "ND4J " + Nd4jVersion.NAME + ", " + (cuda ? "CUDA" : "CPU") + " (" + backend + ")");
            natives = NativeOpsHolder.getInstance().getDeviceNativeOps();
        } catch (RuntimeException | LinkageError e) {
            say("backend", "none starts: " + rootMessage(e));
            advice.add("no arithmetic here: " + System.getProperty("os.name") + " " + System.getProperty("os.arch")
                    + " needs a binary of ND4J (docs/dependencies.md, Natives); a processor without AVX2 is built for with "
                    + "mvn -Davx2= package");
        }
        if (natives != null && !cuda) {
            processor(natives);
        }
        memory();
        gpu(cuda, natives);
        advice.forEach(line -> System.out.println("  -> " + line));
        if (advice.isEmpty()) {
            System.out.println("nothing to change");
        }
        return 0;
    }

    private void encodings() {
        say("text", "UTF-8 in and out; arguments and file names in " + Encoding.ofNames());
        if (!Encoding.ofNames().equals(StandardCharsets.UTF_8)) {
            advice.add("this locale has no encoding for every name: " + Encoding.remedy() + ", or arguments and file names with "
                    + "letters outside " + Encoding.ofNames() + " are refused");
        }
    }

    private void letters() {
        try {
            Lettering.check();
        } catch (UserError e) {
            say("pictures", "without text");
            advice.add(e.getMessage());
        }
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage()).lines().findFirst().orElse("") + " ("
                + root.getClass().getSimpleName() + ")";
    }

    private void processor(NativeOps natives) {
        int built = natives.binaryLevel();
        int best = natives.optimalLevel();
        say("binary", "built for " + level(built) + ", this processor has " + level(best));
        if (built < AVX2 && best >= AVX2) {
            advice.add("the plain binary takes twice as long a step: build without -Davx2=");
        }
        say("BLAS", BenchReport.blasAndKernels() + ", " + natives.ompGetMaxThreads() + " thread(s) of "
                + Runtime.getRuntime().availableProcessors() + " processor(s)");
        if (BlasKernels.old() && best >= AVX2) {
            advice.add("OpenBLAS does not know this processor and multiplies matrices as on one of twenty years ago: set the "
                    + "environment variable OPENBLAS_CORETYPE=" + (best > AVX2 ? "SkylakeX" : "Haswell"));
        }
        say("threads", "OMP_NUM_THREADS is " + System.getenv().getOrDefault("OMP_NUM_THREADS", "not set"));
        if (loadAverage() > 0.5) {
            advice.add("other programs are busy here: threads that wait for each other then cost many times the "
                    + "work; set OMP_NUM_THREADS=1");
        }
    }

    private static String level(int level) {
        return level >= 0 && level < LEVELS.size() ? LEVELS.get(level) : "level " + level;
    }

    private static double loadAverage() {
        return java.lang.management.ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()
                / Runtime.getRuntime().availableProcessors();
    }

    private void memory() {
        long heap = Runtime.getRuntime().maxMemory() >> 20;
        long arrays = org.bytedeco.javacpp.Pointer.maxBytes() >> 20;
        long process = org.bytedeco.javacpp.Pointer.maxPhysicalBytes() >> 20;
        say("machine", (machine() >> 20) + " MB of memory");
        say("Java's", "heap up to " + heap + " MB, arrays up to " + (arrays == 0 ? "no limit" : arrays + " MB")
                + " (-Dorg.bytedeco.javacpp.maxbytes), whole process up to " + (process == 0 ? "no limit" : process + " MB")
                + " (-Dorg.bytedeco.javacpp.maxphysicalbytes)");
        if (heap < 400) {
            advice.add("the heap is small: -Xmx1g");
        }
    }

    private void gpu(boolean cuda, NativeOps natives) {
        if (!cuda) {
            String driver = driver();
            if (driver.isEmpty()) {
                say("GPU", "none found: no NVIDIA driver on this machine");
                advice.add(builtWithCuda() ? "this build has the CUDA backend, which needs libcuda of NVIDIA's driver: "
                        + "everything runs on the CPU until the driver is installed"
                        : "everything runs on the CPU; on a machine with an NVIDIA GPU and its driver, build with "
                        + "mvn -Pcuda package");
            } else {
                say("GPU", "an NVIDIA driver is here (" + driver + "), but this build has no CUDA backend, or it could "
                        + "not start");
                advice.add("build with mvn -Pcuda package; if it is, CUDA 11's libcublas and libcusolver were not found");
            }
            return;
        }
        for (int i = 0; i < natives.getAvailableDevices(); i++) {
            double capability = natives.getDeviceMajor(i) + natives.getDeviceMinor(i) / 10.0;
            say("GPU " + i, String.format(Locale.ROOT, "%s, compute capability %.1f, %d MB of %d MB free",
                    natives.getDeviceName(i), capability, natives.getDeviceFreeMemory(i) >> 20,
                    natives.getDeviceTotalMemory(i) >> 20));
            if (capability > NEWEST_MACHINE_CODE) {
                advice.add("newer than the binary's machine code (" + NEWEST_MACHINE_CODE + "): the first start compiles "
                        + "for half an hour or more; keep the result with CUDA_CACHE_MAXSIZE=4294967296");
            } else if (capability < OLDEST_MACHINE_CODE) {
                advice.add("older than the binary supports (" + OLDEST_MACHINE_CODE + "): use the CPU");
            }
        }
    }

    private static boolean builtWithCuda() {
        try {
            Class.forName("org.nd4j.linalg.jcublas.JCublasBackend", false, DoctorCommand.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    private static long machine() {
        return ((com.sun.management.OperatingSystemMXBean)
                java.lang.management.ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize();
    }

    private static String driver() {
        try {
            return Files.readString(Path.of("/proc/driver/nvidia/version")).lines().findFirst().orElse("");
        } catch (IOException e) {
            return "";
        }
    }

    private static void say(String what, String value) {
        System.out.printf(Locale.ROOT, "%-10s %s%n", what, value);
    }
}
