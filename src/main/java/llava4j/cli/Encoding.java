package llava4j.cli;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The encoding in which Java reads arguments and file names, which it takes from the locale and nobody can change later.
 *
 * <p>In the locale POSIX, usual in containers and cron, that is ASCII: an argument "café" arrives as "caf??", and the file of
 * that name cannot be opened at all. So a command with such arguments is refused, with what to set. What one would get wrong:
 * the question marks look like text, and a prompt full of them is answered.
 */
final class Encoding {

    private Encoding() {
    }

    /** {@return what to do about an encoding that lacks letters} */
    static String remedy() {
        return remedy(System.getProperty("os.name", ""));
    }

    /** Windows takes no locale from the environment. */
    static String remedy(String system) {
        return system.startsWith("Windows") ? "switch \"Use Unicode UTF-8\" on in Windows' region settings (docs/windows.md)"
                : "set LC_ALL=C.UTF-8";
    }

    /** {@return of arguments and file names} */
    static Charset ofNames() {
        String name = System.getProperty("sun.jnu.encoding", "UTF-8");
        return Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.UTF_8;
    }

    /**
     * {@return what is wrong with the arguments or the working directory and what to do, or nothing if Java has read them
     * right}
     *
     * @param arguments as Java gives them
     */
    static Optional<String> mistake(String... arguments) {
        return unreadable(raw(arguments.length), ofNames(), arguments).or(Encoding::unreadableFolder);
    }

    /** Java puts the working directory's name before that of every file that is given without one. */
    private static Optional<String> unreadableFolder() {
        boolean there;
        try {
            there = ofNames().equals(StandardCharsets.UTF_8) || Files.isDirectory(Path.of(System.getProperty("user.dir")));
        } catch (InvalidPathException e) {
            there = false;
        }
        return there ? Optional.empty() : Optional.of("the name of the working directory cannot be read in this locale, whose "
                + "encoding is " + ofNames() + ": " + remedy());
    }

    /**
     * Holds each argument against its bytes: right is what gives the same bytes when it is written in the encoding again.
     *
     * @param raw the arguments as the system has them, or fewer where it does not tell
     */
    static Optional<String> unreadable(List<byte[]> raw, Charset charset, String... arguments) {
        if (raw.size() != arguments.length || !areTheSame(raw, arguments)) {
            return Optional.empty();
        }
        for (int i = 0; i < arguments.length; i++) {
            if (!Arrays.equals(raw.get(i), arguments[i].getBytes(charset))) {
                return Optional.of("argument " + (i + 1) + ", \"" + new String(raw.get(i), StandardCharsets.UTF_8) + "\": "
                        + (charset.equals(StandardCharsets.UTF_8) ? "is not UTF-8: give it in UTF-8, and rename a file that "
                        + "is named so" : "cannot be read in this locale, whose encoding is " + charset + ": " + remedy()));
            }
        }
        return Optional.empty();
    }

    /** False where Java was started in another way, as by Maven, and the command line is not the arguments'. */
    private static boolean areTheSame(List<byte[]> raw, String... arguments) {
        for (int i = 0; i < arguments.length; i++) {
            String plain = new String(raw.get(i), StandardCharsets.US_ASCII);
            if (Arrays.equals(plain.getBytes(StandardCharsets.US_ASCII), raw.get(i)) && !plain.equals(arguments[i])) {
                return false;
            }
        }
        return true;
    }

    /** The last arguments of this process, as Linux has them. */
    private static List<byte[]> raw(int count) {
        try {
            // One character for each byte
            String line = Files.readString(Path.of("/proc/self/cmdline"), StandardCharsets.ISO_8859_1);
            List<String> all = Stream.of(line.split("\0", -1)).collect(Collectors.toList());
            return all.subList(Math.max(0, all.size() - 1 - count), all.size() - 1).stream()
                    .map(argument -> argument.getBytes(StandardCharsets.ISO_8859_1)).collect(Collectors.toList());
        } catch (IOException e) {
            return List.of();
        }
    }
}
