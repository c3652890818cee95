package llava4j.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import llava4j.execution.BlasKernels.Processor;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("OpenBLAS's kernels")
class BlasKernelsTest {

    private static final String AVX2 = "fpu sse2 avx fma avx2";
    private static final String AVX512 = AVX2 + " avx512f avx512dq avx512cd avx512bw avx512vl";

    @Test
    @DisplayName("are those for what the processor can do, also where its model is newer than OpenBLAS")
    void byAbility() {
        assertEquals(Optional.of("SkylakeX"), kernels("GenuineIntel", 6, AVX512));
        assertEquals(Optional.of("Haswell"), kernels("GenuineIntel", 6, AVX2));
        assertEquals(Optional.of("Haswell"), kernels("GenuineIntel", 6, AVX2 + " avx512f"), "not half of AVX-512");
        assertEquals(Optional.of("Zen"), kernels("AuthenticAMD", 26, AVX512));
    }

    @Test
    @DisplayName("are left to OpenBLAS on a processor that it knows, or that says nothing of itself")
    void byOpenBlas() {
        assertEquals(Optional.empty(), kernels("AuthenticAMD", 25, AVX2));
        assertEquals(Optional.empty(), kernels("GenuineIntel", 6, "fpu sse2 avx"));
        assertEquals(Optional.empty(), Processor.of(List.of("processor : 0", "Features : fp asimd")).kernels());
    }

    @Test
    @DisplayName("are never those of a processor of twenty years ago on one that has AVX2")
    void inUse() throws IOException {
        assumeTrue(Platform.isLinux() && Files.readString(Path.of("/proc/cpuinfo")).contains(" avx2 "));
        assertFalse(BlasKernels.old(), BlasKernels.inUse().toString());
    }

    private static Optional<String> kernels(String vendor, int family, String flags) {
        return Processor.of(List.of("processor\t: 0", "vendor_id\t: " + vendor, "cpu family\t: " + family,
                "flags\t\t: " + flags)).kernels();
    }
}
