package llava4j.execution;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * Which of OpenBLAS's kernels multiply matrices: those written for what this processor can do.
 *
 * <p>OpenBLAS brings one kernel for each kind of processor, and chooses when it is loaded, by the processor's model number. It
 * knows the models of its time. A newer one, an Intel of the years since 2021 say, it takes for a Pentium 4 ("Prescott"), and
 * every product takes three times as long as it need. A user would not notice: all is right, and slow. So the processor's
 * abilities are read here instead, and OpenBLAS is told the name of the kernels that it chooses itself on older processors with
 * the same abilities. As a side effect, processors with the same abilities round alike.
 */
public final class BlasKernels {

    /** OpenBLAS reads it once, when it is loaded. A user who has set it has decided. */
    private static final String SETTING = "OPENBLAS_CORETYPE";

    private static final Set<String> AVX2 = Set.of("avx2", "fma");
    private static final Set<String> AVX512 = Set.of("avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl");
    /** The first family of AMD's (Zen 5) that OpenBLAS 0.3.13 and 0.3.19 have not heard of. */
    private static final int UNKNOWN_AMD = 26;

    private BlasKernels() {
    }

    /**
     * What a processor says about itself.
     *
     * @param vendor GenuineIntel or AuthenticAMD, say
     * @param family the vendor's number for its design
     * @param flags  what it can do, in Linux's names
     */
    record Processor(String vendor, int family, Set<String> flags) {

        private static Processor here() throws IOException {
            if (Platform.isLinux()) {
                try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
                    return of(lines.takeWhile(line -> !line.isBlank()).toList());       // of many processors the first
                }
            }
            return Platform.isWindows() ? onWindows() : new Processor("", 0, Set.of());
        }

        /** {@return a processor as Linux lists it} */
        static Processor of(List<String> cpuinfo) {
            String family = field(cpuinfo, "cpu family");
            return new Processor(field(cpuinfo, "vendor_id"), family.matches("\\d{1,6}") ? Integer.parseInt(family) : 0,
                    Set.of(field(cpuinfo, "flags").split(" +")));
        }

        private static String field(List<String> cpuinfo, String name) {
            return cpuinfo.stream().filter(line -> line.matches(name + "\\s*:.*")).findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip()).orElse("");
        }

        /** Windows tells of two abilities, by number; a processor that has AVX-512F there has the other four as well. */
        private static Processor onWindows() {
            Function has = NativeLibrary.getInstance("kernel32").getFunction("IsProcessorFeaturePresent");
            Set<String> flags = new HashSet<>();
            if (has.invokeInt(new Object[] {40}) != 0) {
                flags.addAll(AVX2);
            }
            if (has.invokeInt(new Object[] {41}) != 0) {
                flags.addAll(AVX512);
            }
            String told = System.getenv().getOrDefault("PROCESSOR_IDENTIFIER", "");      // .. Family 6 Model 151 .., GenuineIntel
            String family = told.replaceFirst(".*Family (\\d{1,6}) .*", "$1");
            return new Processor(told.substring(told.lastIndexOf(' ') + 1),
                    family.equals(told) ? 0 : Integer.parseInt(family), flags);
        }

        /** {@return the name of the kernels to tell OpenBLAS; empty where its own choice is right} */
        Optional<String> kernels() {
            if (!flags.containsAll(AVX2)) {
                return Optional.empty();
            }
            if (vendor.equals("GenuineIntel")) {
                return Optional.of(flags.containsAll(AVX512) ? "SkylakeX" : "Haswell");
            }
            return vendor.equals("AuthenticAMD") && family >= UNKNOWN_AMD ? Optional.of("Zen") : Optional.empty();
        }
    }

    /** Tells OpenBLAS, before it is loaded. What cannot be found out is left to OpenBLAS. {@link Threads#callersOnly} does it. */
    public static void choose() {
        if (System.getenv(SETTING) != null) {
            return;
        }
        try {
            Processor.here().kernels().ifPresent(name -> ProcessEnvironment.set(SETTING, name));
        } catch (IOException | UnsatisfiedLinkError e) {
            // left to OpenBLAS
        }
    }

    /** {@return the kernels that OpenBLAS runs, by its own name for them; empty with another library. Loads it} */
    public static Optional<String> inUse() {
        return function("openblas_get_corename").map(name -> name.invokeString(new Object[0], false));
    }

    /** One of OpenBLAS's own functions; empty with another library. Loads it. */
    static Optional<Function> function(String name) {
        Loader.load(openblas_nolapack.class);
        return Optional.ofNullable(Loader.addressof(name))
                .map(address -> Function.getFunction(new com.sun.jna.Pointer(address.address())));
    }

    /** {@return whether OpenBLAS runs kernels that were written for processors without AVX2} */
    public static boolean old() {
        return inUse().filter(Set.of("Prescott", "Core2", "Penryn", "Dunnington", "Nehalem", "Katmai", "Barcelona")::contains)
                .isPresent();
    }
}
