package llava4j.bundle;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import llava4j.error.UserError;

/**
 * A kind of machine that students bring: how Java names its system and processor, and how Python's wheels do.
 *
 * <p>The names are JavaCPP's, which ND4J's native jars bear, so a jar whose name holds one is for that platform alone. A wheel's
 * tag is a promise about the oldest system: one for {@code manylinux_2_17} runs on every newer glibc, so all that may be met
 * are listed, and pip takes the newest that fits.
 */
public enum Platform {

    /** Linux with glibc on x86-64. */
    LINUX_X86_64("linux-x86_64", "Linux", "amd64",
            List.of("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux_2_12_x86_64", "manylinux2014_x86_64"),
            List.of("pexpect")),
    /** Windows on x86-64. */
    WINDOWS_X86_64("windows-x86_64", "Windows", "amd64", List.of("win_amd64"), List.of("colorama", "pywinpty")),
    /** A Mac with an Intel processor. */
    MACOSX_X86_64("macosx-x86_64", "Mac OS X", "x86_64", List.of("macosx_11_0_x86_64"), List.of("pexpect", "appnope")),
    /** A Mac with Apple silicon. */
    MACOSX_ARM64("macosx-arm64", "Mac OS X", "aarch64", List.of("macosx_11_0_arm64"), List.of("pexpect", "appnope"));

    private final String label;
    private final String system;
    private final String processor;
    private final List<String> wheelTags;
    private final List<String> ownWheels;

    Platform(String label, String system, String processor, List<String> wheelTags, List<String> ownWheels) {
        this.label = label;
        this.system = system;
        this.processor = processor;
        this.wheelTags = wheelTags;
        this.ownWheels = ownWheels;
    }

    /**
     * The platforms that a name stands for.
     *
     * @param name JavaCPP's, or {@code all}
     * @return at least one
     * @throws UserError if no platform has that name
     */
    public static List<Platform> named(String name) {
        List<Platform> found = Arrays.stream(values()).filter(p -> p.label.equals(name) || name.equals("all")).toList();
        if (found.isEmpty()) {
            throw UserError.of("--platform %s: choose %s or all", name,
                    Arrays.stream(values()).map(Platform::toString).collect(Collectors.joining(", ")));
        }
        return found;
    }

    /**
     * Whether a file is of no use on any of these platforms, going by its name.
     *
     * @param fileName of a jar of Maven's repository
     * @param wanted   the platforms of the pack
     * @return true if it names a platform, and none of these
     */
    static boolean isForOthers(String fileName, List<Platform> wanted) {
        return (Arrays.stream(values()).anyMatch(p -> fileName.contains(p.label)) || fileName.contains("linux-arm64"))
                && wanted.stream().noneMatch(p -> fileName.contains(p.label));
    }

    /** {@return whether this program runs on it} */
    boolean isThisMachine() {
        return System.getProperty("os.name").startsWith(system) && System.getProperty("os.arch").equals(processor);
    }

    /** {@return Java's {@code os.arch} there} */
    String processor() {
        return processor;
    }

    /** {@return the tags of wheels that can be installed there} */
    List<String> wheelTags() {
        return wheelTags;
    }

    /** {@return what packages ask for on this system alone: pip judges such a condition by the machine that it runs on} */
    List<String> ownWheels() {
        return ownWheels;
    }

    @Override
    public String toString() {
        return label;
    }
}
