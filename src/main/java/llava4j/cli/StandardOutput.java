package llava4j.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * stdout and stderr: UTF-8 whatever the locale says, and a text that could not be written is not forgotten.
 *
 * <p>What one would get wrong: Java takes the encoding from the locale, writes "?" where that has no letter, and swallows
 * every failure of {@code System.out}; a result would be lost on a full disk, with exit code 0.
 */
final class StandardOutput extends OutputStream {

    private final OutputStream to;
    private IOException failure;

    private StandardOutput(FileDescriptor descriptor) {
        this.to = new FileOutputStream(descriptor);
    }

    /** Replaces {@code System.out} and {@code System.err}. */
    static StandardOutput inUtf8() {
        StandardOutput out = new StandardOutput(FileDescriptor.out);
        System.setOut(print(out));
        System.setErr(print(new StandardOutput(FileDescriptor.err)));
        return out;
    }

    private static PrintStream print(StandardOutput stream) {
        return new PrintStream(new BufferedOutputStream(stream), true, StandardCharsets.UTF_8);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
        try {
            to.write(bytes, from, count);
        } catch (IOException e) {
            failure = failure == null ? e : failure;
            throw e;
        }
    }

    /** {@return why something could not be written; nothing where the reader merely had enough, as {@code head} has} */
    Optional<String> lost() {
        System.out.flush();
        return Optional.ofNullable(failure).map(e -> String.valueOf(e.getMessage()))
                .filter(reason -> !reason.toLowerCase(Locale.ROOT).contains("pipe"));    // "Broken pipe"; Windows: "The pipe .."
    }
}
