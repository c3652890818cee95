package llava4j.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * A process that runs one command after another through {@link Main#run}, so that the Java machine starts once for all of
 * them and a command that ends or blocks the process takes nobody along.
 *
 * <p>A line of stdin is {@code {"arguments": [..], "stdin": ".."}}; a line of stdout that begins with {@link #MARK} is
 * {@code {"code": 0, "out": ".."}}. What a command says on stderr goes to the stderr of the process, where native code
 * writes too.
 */
public final class CommandServer {

    /** Begins a line that is an answer: native code may print to the same stream. */
    public static final String MARK = "\u0001";

    /** The exit code given for what the command line itself let through. */
    public static final int THROWN = 99;

    private static final ObjectMapper JSON = new ObjectMapper();

    private CommandServer() {
    }

    public static void main(String[] none) throws IOException {
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream answers = System.out;
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            JsonNode request = JSON.readTree(line);
            ByteArrayOutputStream printed = new ByteArrayOutputStream();
            System.setIn(new ByteArrayInputStream(request.get("stdin").asText().getBytes(StandardCharsets.UTF_8)));
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            int code = run(JSON.convertValue(request.get("arguments"), String[].class));
            System.err.flush();
            answers.println(MARK + JSON.createObjectNode().put("code", code)
                    .put("out", printed.toString(StandardCharsets.UTF_8)));
            answers.flush();
        }
    }

    private static int run(String[] arguments) {
        try {
            return Main.run(arguments);
        } catch (Throwable thrown) {
            thrown.printStackTrace();
            return THROWN;
        }
    }
}
