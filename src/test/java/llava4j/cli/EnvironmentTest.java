package llava4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import llava4j.Fixtures;
import llava4j.support.CommandProcess;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Whatever the environment,")
class EnvironmentTest {

    private static final String MODEL = Fixtures.path("llava_mlp2x_gqa").toString();
    private static final List<String> TURKISH = List.of("-Duser.language=tr", "-Duser.country=TR");
    private static final List<String> EGYPTIAN = List.of("-Duser.language=ar", "-Duser.country=EG",
            "-Duser.extensions=u-nu-arab");

    @TempDir
    private Path folder;

    private CommandProcess run(Map<String, String> environment, List<String> java, String... arguments) throws IOException {
        return CommandProcess.start(folder, environment, java, arguments);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    @DisplayName("text goes in and comes out in UTF-8")
    void utf8() throws IOException, InterruptedException {
        CommandProcess tokenize = run(Map.of("LC_ALL", "POSIX"), List.of(), "tokenize", "--json", "--model", MODEL);
        tokenize.process().getOutputStream().write("[\"caf\u00e9 \u4e2d\"]".getBytes(StandardCharsets.UTF_8));
        tokenize.process().getOutputStream().close();
        assertEquals(0, tokenize.exitCode(), tokenize.err());
        assertTrue(tokenize.out().contains("\u2581"), tokenize.out());
        assertTrue(tokenize.out().chars().noneMatch(c -> c == '?'), tokenize.out());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    @DisplayName("an argument that Java cannot read in this locale is refused with what to set, and no answer is given")
    void unreadableArgument() throws IOException, InterruptedException {
        // This process may not be able to give such an argument itself
        Path script = Files.writeString(folder.resolve("run.sh"), "exec \"$@\" --prompt caf\u00e9", StandardCharsets.UTF_8);
        ProcessBuilder shell = new ProcessBuilder("sh", script.toString(),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), "llava4j.cli.Main", "generate", "--model", MODEL)
                .redirectErrorStream(true);
        shell.environment().put("LC_ALL", "POSIX");
        Process process = shell.start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(2, process.waitFor(), printed);
        assertEquals("llava4j: argument 5, \"caf\u00e9\": cannot be read in this locale, whose encoding is US-ASCII: set "
                + "LC_ALL=C.UTF-8\n", printed);
    }

    @Test
    @DisplayName("arguments are held against their bytes, unless the process was started in another way")
    void bytes() {
        byte[] latin = {'c', 'a', 'f', (byte) 0xe9};
        byte[] utf8 = "caf\u00e9".getBytes(StandardCharsets.UTF_8);
        byte[] plain = "train".getBytes(StandardCharsets.US_ASCII);
        assertEquals(Optional.empty(), Encoding.unreadable(List.of(plain, utf8), StandardCharsets.UTF_8, "train", "caf\u00e9"));
        assertEquals(Optional.empty(), Encoding.unreadable(List.of(latin), StandardCharsets.ISO_8859_1, "caf\u00e9"));
        assertTrue(Encoding.unreadable(List.of(plain, utf8), StandardCharsets.US_ASCII, "train", "caf??").isPresent());
        assertTrue(Encoding.unreadable(List.of(latin), StandardCharsets.UTF_8, "caf\ufffd").orElseThrow()
                .contains("is not UTF-8"));
        assertEquals(Optional.empty(), Encoding.unreadable(List.of(plain, utf8), StandardCharsets.US_ASCII, "demo", "caf??"));
        assertEquals(Optional.empty(), Encoding.unreadable(List.of(), StandardCharsets.US_ASCII, "train", "caf??"));
    }

    @Test
    @DisplayName("numbers are written with a point and in digits that programs read")
    void locale() throws IOException, InterruptedException {
        String[] command = {"plan", "--config", "tiny"};
        CommandProcess usual = run(Map.of(), List.of("-Duser.language=en"), command);
        CommandProcess turkish = run(Map.of(), TURKISH, command);
        CommandProcess egyptian = run(Map.of(), EGYPTIAN, command);
        assertEquals(0, usual.exitCode(), usual.err());
        assertEquals(0, turkish.exitCode(), turkish.err());
        assertEquals(0, egyptian.exitCode(), egyptian.err());
        assertEquals(usual.out(), turkish.out());
        assertEquals(usual.out(), egyptian.out());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    @DisplayName("a result that cannot be written to stdout is a failure, and a reader that had enough is none")
    void fullDisk() throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String command = "\"" + java + "\" -cp \"$CP\" llava4j.cli.Main plan --config tiny --json";
        assertEquals("llava4j: stdout: cannot be written (No space left on device): the result is not whole\n1\n",
                shell(command + " > /dev/full; echo $?"));
        assertEquals("{\n", shell(command + " | head -1"));
    }

    private static String shell(String line) throws IOException, InterruptedException {
        ProcessBuilder shell = new ProcessBuilder("sh", "-c", line).redirectErrorStream(true);
        shell.environment().put("CP", System.getProperty("java.class.path"));
        Process process = shell.start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return printed;
    }
}
