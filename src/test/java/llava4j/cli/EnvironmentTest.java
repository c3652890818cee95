package llava4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
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
    private static final List<String> TURKISH_IN_ARABIC_DIGITS = List.of("-Duser.language=tr", "-Duser.country=TR",
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
    @EnabledOnOs(OS.LINUX)
    @DisplayName("a working directory that Java cannot read in this locale is named, rather than its files called missing")
    void unreadableWorkingDirectory() throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Path script = Files.writeString(folder.resolve("run.sh"), "mkdir '" + folder + "/caf\u00e9' && cd '" + folder
                + "/caf\u00e9' && ln -s '" + MODEL + "' m && LC_ALL=POSIX '" + java + "' -cp \"$CP\" llava4j.cli.Main tokenize "
                + "--model m </dev/null; echo $?", StandardCharsets.UTF_8);
        assertEquals("llava4j: the name of the working directory cannot be read in this locale, whose encoding is US-ASCII: "
                + "set LC_ALL=C.UTF-8\n2\n", shell("sh '" + script + "'"));
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
        PrintStream before = System.out;
        ByteArrayOutputStream usual = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(usual, true, StandardCharsets.UTF_8));
            Main.run("plan", "--config", "tiny");
        } finally {
            System.setOut(before);
        }
        CommandProcess foreign = run(Map.of(), TURKISH_IN_ARABIC_DIGITS, "plan", "--config", "tiny");
        assertEquals(0, foreign.exitCode(), foreign.err());
        // The last paragraph is about the memory that each Java has
        assertEquals(usual.toString(StandardCharsets.UTF_8).split("this machine:")[0],
                foreign.out().split("this machine:")[0]);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    @DisplayName("a result that cannot be written to stdout is a failure, and a reader that had enough is none")
    void fullDisk() throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String command = "\"" + java + "\" -cp \"$CP\" llava4j.cli.Main --help";
        assertEquals("llava4j: stdout: cannot be written (No space left on device): the result is not whole\n1\n",
                shell(command + " > /dev/full; echo $?"));
        assertEquals(1, shell(command + " | head -1").lines().count());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    @DisplayName("a stdin that was closed is said to be closed")
    void closedInput() throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        assertEquals("llava4j: stdin is closed: give it a text, or < /dev/null\n1\n",
                shell("\"" + java + "\" -cp \"$CP\" llava4j.cli.Main tokenize --model '" + MODEL + "' <&-; echo $?"));
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
