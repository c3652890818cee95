package llava4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import llava4j.support.CommandProcess;
import llava4j.support.SmallWorld;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A failure in one line")
class FailureLineTest {

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
    @DisplayName("and no stack trace is what a training process leaves that native code refuses memory")
    void nativeMemory(@TempDir Path folder) throws IOException, InterruptedException {
        SmallWorld world = SmallWorld.in(folder);
        world.model().save(folder.resolve("model"));
        CommandProcess training = CommandProcess.start(folder, Map.of(), List.of("-Dorg.bytedeco.javacpp.maxbytes=300k"), "train",
                "--stage", "2", "--model", folder.resolve("model").toString(), "--data", world.file("instructions.json").toString(),
                "--images", world.images().toString(), "--out", folder.resolve("out").toString(), "--steps", "3");
        assertEquals(1, training.exitCode(), training.err());
        assertTrue(training.err().contains("llava4j: the memory does not suffice (Cannot allocate new "), training.err());
        assertTrue(training.err().lines().noneMatch(line -> line.startsWith("\tat ")), training.err());
    }
}
