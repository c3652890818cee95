package llava4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import llava4j.Fixtures;
import llava4j.error.UserError;
import llava4j.support.CommandProcess;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A failure in one line")
class FailureLineTest {

    private static final Path MODEL = Fixtures.path("llava_mlp2x_gqa");

    @Test
    @DisplayName("names --micro-batch and --batch where the memory does not suffice, however deep that lies under others")
    void outOfMemory() {
        for (Throwable failure : List.of(new OutOfMemoryError("Java heap space"),
                new IllegalStateException(new CompletionException(new OutOfMemoryError("physicalBytes = 400M"))),
                new RuntimeException("std::bad_alloc"))) {
            String line = FailureLine.of(failure);
            assertTrue(line.contains("--micro-batch") && line.contains("--batch"), line);
            assertFalse(line.contains("defect"), line);
        }
        assertTrue(FailureLine.of(new IllegalStateException("something else")).contains("defect"));
    }

    @Test
    @DisplayName("quotes no name of a million letters, and still says at its end what to do")
    void longNames() {
        String line = FailureLine.of(new UserError("data.json: " + "a".repeat(1_000_000) + ": no such picture\n: fetch it"));
        assertTrue(line.length() < 1300 && line.lines().count() == 1, line);
        assertTrue(line.startsWith("llava4j: data.json: aaa") && line.endsWith("a: no such picture : fetch it"), line);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {
        "generate --prompt a | MB left for arrays: start it with -Dorg.bytedeco.javacpp.maxbytes=",
        "preprocess --image IMAGE --output OUT | the memory does not suffice (Physical memory usage is too high"})
    @DisplayName("comes of native memory that is used up: Java itself takes more than the 16 MB that are allowed here")
    void nativeMemory(String command, String expected, @TempDir Path folder) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(command.replace("IMAGE", MODEL.resolve("image0.png").toString())
                .replace("OUT", folder.resolve("out.safetensors").toString()).split(" ")));
        arguments.addAll(List.of("--model", MODEL.toString()));
        CommandProcess process = CommandProcess.start(folder, Map.of(), List.of("-Dorg.bytedeco.javacpp.maxphysicalbytes=16m"),
                arguments.toArray(String[]::new));
        assertEquals(1, process.exitCode(), process.err());
        assertEquals(1, process.err().lines().count(), process.err());
        assertTrue(process.err().startsWith("llava4j: ") && process.err().contains(expected), process.err());
        assertFalse(Files.exists(folder.resolve("out.safetensors")));
    }
}
