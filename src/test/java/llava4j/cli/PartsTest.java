package llava4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import llava4j.support.CommandProcess;
import llava4j.support.Near;
import llava4j.support.SmallWorld;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("train --parts 4")
class PartsTest {

    @TempDir
    private Path folder;

    @Test
    @DisplayName("gives the same weights, byte for byte, on one processor and on several, and goes on from one to the other")
    void sameOnEveryMachine() throws IOException, InterruptedException {
        Near.assumeBatchesRoundAlike();
        SmallWorld world = SmallWorld.in(folder);
        world.model().save(folder.resolve("model"));
        assertEquals(0, run(world, 1, "one", "--parts", "4"));
        assertEquals(0, run(world, 3, "several", "--parts", "4"));
        assertArrayEquals(weights("one"), weights("several"));
        assertEquals(1, run(world, 1, "several", "--parts", "2", "--resume"), "another number is another run");
        assertEquals(0, run(world, 1, "several", "--parts", "4", "--resume"));
    }

    @Test
    @DisplayName("goes on with a run that was begun on four processors")
    void asOnFourProcessors() throws IOException, InterruptedException {
        Near.assumeBatchesRoundAlike();
        SmallWorld world = SmallWorld.in(folder);
        world.model().save(folder.resolve("model"));
        assertEquals(0, run(world, 4, "four"));
        assertEquals(1, run(world, 1, "four", "--resume"), "one processor alone would add in another order");
        assertEquals(0, run(world, 1, "four", "--parts", "4", "--resume"));
    }

    private int run(SmallWorld world, int processors, String out, String... more) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("train", "--stage", "2", "--model", folder.resolve("model").toString(),
                "--data", world.file("instructions.json").toString(), "--images", world.images().toString(), "--out",
                folder.resolve(out).toString(), "--steps", "6", "--batch", "8", "--learning-rate", "1e-3"));
        arguments.addAll(List.of(more));
        return CommandProcess.start(folder, Map.of(), List.of("-XX:TieredStopAtLevel=1", "-XX:ActiveProcessorCount=" + processors),
                arguments.toArray(String[]::new)).exitCode();
    }

    private byte[] weights(String out) throws IOException {
        return Files.readAllBytes(folder.resolve(out).resolve("model.safetensors"));
    }
}
