package llava4j.plan;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * What this machine has to compute with.
 *
 * @param memory bytes of main memory
 * @param arrays bytes that this Java lets arrays take, 0 for no limit
 * @param gpus   GPUs that this build can use; none where it has no CUDA backend
 */
public record Machine(long memory, long arrays, List<Gpu> gpus) {

    /**
     * One GPU.
     *
     * @param name   as its driver gives it
     * @param memory bytes
     */
    public record Gpu(String name, long memory) {
    }

    private static final String CUDA = "org.nd4j.linalg.jcublas.JCublasBackend";

    /** {@return what this machine has; only a build with CUDA has to start the native library to find out} */
    public static Machine here() {
        long memory = ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getTotalMemorySize();
        return new Machine(memory, Pointer.maxBytes(), usableGpus());
    }

    private static List<Gpu> usableGpus() {
        List<Gpu> gpus = new ArrayList<>();
        try {
            Class.forName(CUDA, false, Machine.class.getClassLoader());
            list(gpus);
        } catch (ClassNotFoundException | RuntimeException | LinkageError e) {
            // No CUDA in this build, or it cannot start here: doctor says why. Then there is no GPU to plan with.
        }
        return gpus;
    }

    private static void list(List<Gpu> gpus) {
        if (Nd4j.getBackend().getClass().getName().equals(CUDA)) {
            Nd4j.eye(2);            // the native library is loaded by its first use
            NativeOps natives = NativeOpsHolder.getInstance().getDeviceNativeOps();
            for (int i = 0; i < natives.getAvailableDevices(); i++) {
                gpus.add(new Gpu(natives.getDeviceName(i), natives.getDeviceTotalMemory(i)));
            }
        }
    }
}
