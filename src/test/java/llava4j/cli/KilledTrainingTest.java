package llava4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import llava4j.support.CommandProcess;
import llava4j.support.SmallWorld;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A training process that is ended from outside")
@DisabledOnOs(OS.WINDOWS)
class KilledTrainingTest {

    private static final int STEPS = 120;
    private static final int SIGTERM = 15;

    @TempDir
    private Path folder;

    @Test
    @DisplayName("by kill -9 and by kill, at random moments, resumes to the model of an unbroken run, byte for byte")
    void killed() throws IOException, InterruptedException {
        SmallWorld world = SmallWorld.in(folder);
        world.model().save(folder.resolve("model"));
        Random random = new Random(7);

        assertEquals(0, Main.run(train("unbroken", false)));

        CommandProcess killed = start(false);
        awaitStep(killed, random.nextInt(STEPS));
        killed.process().destroyForcibly();
        killed.exitCode();

        CommandProcess told = start(true);
        awaitStep(told, 1);
        told.process().destroy();
        int code = told.exitCode();
        assertEquals(128 + SIGTERM, code, told.err());
        assertTrue(told.err().contains("llava4j: stopped after step "), told.err());
        assertTrue(told.err().contains("--resume"), told.err());
        assertFalse(told.err().contains("Exception"), told.err());

        assertEquals(0, Main.run(train("killed", true)));
        assertArrayEquals(files("unbroken").get(0), files("killed").get(0), "model.safetensors");
        assertArrayEquals(files("unbroken").get(1), files("killed").get(1), "config.json");
        try (Stream<Path> left = Files.list(folder.resolve("killed"))) {
            assertEquals(List.of(), left.filter(file -> file.toString().endsWith(".part")).toList());
        }
    }

    private CommandProcess start(boolean resume) throws IOException {
        return CommandProcess.start(folder, Map.of(), List.of(), train("killed", resume));
    }

    private String[] train(String out, boolean resume) {
        List<String> arguments = new ArrayList<>(List.of("train", "--stage", "2", "--model", folder.resolve("model").toString(),
                "--data", folder.resolve("world/instructions.json").toString(), "--images",
                folder.resolve("world/images").toString(), "--out", folder.resolve(out).toString(), "--steps",
                String.valueOf(STEPS), "--batch", "4", "--learning-rate", "1e-3"));
        if (resume) {
            arguments.add("--resume");
        }
        return arguments.toArray(String[]::new);
    }

    /** Waits until it says that it has done at least so many steps, or has ended. */
    private static void awaitStep(CommandProcess training, int step) throws IOException, InterruptedException {
        while (training.process().isAlive() && training.err().lines().noneMatch(line ->
                line.matches("stage 2: step \\d+ of .*") && Integer.parseInt(line.split(" ")[3]) >= step)) {
            Thread.sleep(1);
        }
    }

    private List<byte[]> files(String out) throws IOException {
        return List.of(Files.readAllBytes(folder.resolve(out).resolve("model.safetensors")),
                Files.readAllBytes(folder.resolve(out).resolve("config.json")));
    }
}
