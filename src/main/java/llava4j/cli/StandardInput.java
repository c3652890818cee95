package llava4j.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import llava4j.error.UserError;

/**
 * stdin, if there is one.
 *
 * <p>What one would get wrong: where it was closed ({@code <&-}), the first file that Java opens for itself takes its place,
 * and a library would be read as if someone had typed it.
 */
final class StandardInput {

    /** What Windows' editors, and PowerShell's pipes, write before a text in UTF-8. */
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private StandardInput() {
    }

    /**
     * {@return what is given on stdin, as text}
     *
     * @throws UserError if stdin was closed before Java began
     */
    static BufferedReader lines() throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(open(), StandardCharsets.UTF_8));
        lines.mark(1);
        if (lines.read() != BYTE_ORDER_MARK.charAt(0)) {
            lines.reset();
        }
        return lines;
    }

    /**
     * {@return what is given on stdin}
     *
     * @throws UserError if stdin was closed before Java began
     */
    static InputStream open() {
        try {
            // Linux alone says what it is
            Path given = Files.readSymbolicLink(Path.of("/proc/self/fd/0"));
            if (given.endsWith("lib/modules") || given.toString().endsWith(".jar")) {
                throw new UserError("stdin is closed: give it a text, or < /dev/null");
            }
        } catch (IOException e) {
            // Nothing is known of it: reading will tell
        }
        return System.in;
    }
}
