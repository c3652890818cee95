package llava4j.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The most memory that this process has held, heap and native arrays together. */
public final class PeakMemory {

    private PeakMemory() {
    }

    /** In megabytes; where the system does not tell (other than Linux), the heap's present size. */
    static long megabytes() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024).findFirst().orElse(heap());
        } catch (IOException e) {
            return heap();
        }
    }

    /** {@return what it holds now, in megabytes} */
    public static long nowMegabytes() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024).findFirst().orElse(heap());
        } catch (IOException e) {
            return heap();
        }
    }

    private static long heap() {
        return Runtime.getRuntime().totalMemory() >> 20;
    }
}
