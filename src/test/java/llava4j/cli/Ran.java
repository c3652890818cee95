package llava4j.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * A command that was run in this process.
 *
 * @param code its exit code
 * @param text what it printed, on stdout and stderr together
 */
record Ran(int code, String text) {

    /** Runs a command to its end; stdout and stderr are put back afterwards, even if it throws. */
    static Ran of(String... arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int code;
        try (PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            System.setOut(stream);
            System.setErr(stream);
            code = Main.run(arguments);
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
        return new Ran(code, bytes.toString(StandardCharsets.UTF_8));
    }
}
