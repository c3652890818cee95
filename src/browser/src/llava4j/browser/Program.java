package llava4j.browser;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code java -jar target/llava4j.jar ..} in the project's folder, as a reader starts it, until it says where its page is. */
final class Program implements AutoCloseable {

    static final Path PROJECT = Path.of("../..").toAbsolutePath().normalize();
    private static final Pattern ADDRESS = Pattern.compile("at (http://127\\.0\\.0\\.1:\\d+/)");

    final String address;
    private final Process process;

    Program(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx1g",
                "-jar", "target/llava4j.jar"));
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command).directory(PROJECT.toFile()).redirectErrorStream(true).start();
        BufferedReader output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        address = address(output);
        Thread rest = new Thread(() -> output.lines().forEach(line -> { }));       // a full pipe would hold the program up
        rest.setDaemon(true);
        rest.start();
    }

    private static String address(BufferedReader output) throws IOException {
        StringBuilder said = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            said.append(line).append('\n');
            Matcher found = ADDRESS.matcher(line);
            if (found.find()) {
                return found.group(1);
            }
        }
        throw new IOException("it ended before it opened a page:\n" + said);
    }

    @Override
    public void close() {
        process.destroy();
    }
}
