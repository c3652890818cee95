package llava4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import llava4j.support.CommandProcess;
import llava4j.support.SmallWorld;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A training process that is ended from outside")
@DisabledOnOs(OS.WINDOWS)
class KilledTrainingTest {

    private static final int STEPS = 40;
    private static final int SIGINT = 2;
    private static final int SIGTERM = 15;
    private static final int LONGEST_LOOK = 3;

    @TempDir
    private Path folder;
    private SmallWorld world;

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    @DisplayName("by kill -9 at random moments and while a file is written resumes to the unbroken run's model, byte for byte")
    void killed(int stage) throws IOException, InterruptedException {
        world();
        Random random = new Random(stage);
        assertEquals(0, Main.run(train(stage, "unbroken", false)));
        for (Moment moment : List.<Moment>of(training -> awaitStep(training, 1), this::awaitWriting,
                training -> awaitStep(training, random.nextInt(STEPS)))) {
            CommandProcess killed = start(stage, Files.exists(folder.resolve("killed/training-state.safetensors")));
            moment.await(killed);
            killed.process().destroyForcibly();
            killed.exitCode();
        }
        same(stage);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    @DisplayName("by kill or Ctrl-C saves itself and says how to go on, in one line")
    void told(String signal) throws IOException, InterruptedException {
        world();
        assertEquals(0, Main.run(train(2, "unbroken", false)));
        CommandProcess told = start(2, false);
        awaitStep(told, 1);
        new ProcessBuilder("kill", "-" + signal, String.valueOf(told.process().pid())).start().waitFor();
        assertEquals(128 + (signal.equals("TERM") ? SIGTERM : SIGINT), told.exitCode(), told.err());
        List<String> said = told.err().lines().filter(line -> line.startsWith("llava4j: ")).toList();
        assertEquals(1, said.size(), told.err());
        assertTrue(said.get(0).startsWith("llava4j: stopped after step ") && said.get(0).contains("--resume"), told.err());
        assertFalse(told.err().contains("Exception"), told.err());
        same(2);
    }

    /** Resumes for the last time. */
    private void same(int stage) throws IOException {
        assertEquals(0, Main.run(train(stage, "killed", Files.exists(folder.resolve("killed/training-state.safetensors")))));
        assertArrayEquals(files("unbroken").get(0), files("killed").get(0), "model.safetensors");
        assertArrayEquals(files("unbroken").get(1), files("killed").get(1), "config.json");
        try (Stream<Path> left = Files.list(folder.resolve("killed"))) {
            assertEquals(List.of(), left.filter(file -> file.toString().endsWith(".part")).toList());
        }
    }

    /** When a process is killed. */
    @FunctionalInterface
    private interface Moment {
        void await(CommandProcess training) throws IOException, InterruptedException;
    }

    /** Waits for a file that is not yet renamed; it is there for a moment only, and may be missed. */
    private void awaitWriting(CommandProcess training) throws IOException, InterruptedException {
        awaitStep(training, 1);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_LOOK);
        while (training.process().isAlive() && System.nanoTime() < end) {
            try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder.resolve("killed"), ".*.part")) {
                if (parts.iterator().hasNext()) {
                    return;
                }
            } catch (NoSuchFileException e) {
                // The folder is made with the first file
            }
        }
    }

    private void world() {
        world = SmallWorld.in(folder);
        world.model().save(folder.resolve("model"));
    }

    private CommandProcess start(int stage, boolean resume) throws IOException {
        return CommandProcess.start(folder, Map.of(), List.of("-XX:TieredStopAtLevel=1"),
                train(stage, "killed", resume));
    }

    private String[] train(int stage, String out, boolean resume) {
        List<String> arguments = new ArrayList<>(List.of("train", "--stage", String.valueOf(stage), "--model",
                folder.resolve("model").toString(), "--data", world.file(stage == 1 ? "captions.json" : "instructions.json")
                        .toString(), "--images", world.images().toString(), "--out", folder.resolve(out).toString(), "--steps",
                String.valueOf(STEPS), "--batch", "4", "--learning-rate", "1e-3", "--save-every", "3"));
        if (resume) {
            arguments.add("--resume");
        }
        return arguments.toArray(String[]::new);
    }

    /** Waits until it says that it has done at least so many steps, or has ended. */
    private static void awaitStep(CommandProcess training, int step) throws IOException, InterruptedException {
        while (training.process().isAlive() && training.err().lines().noneMatch(line ->
                line.matches("stage \\d: step \\d+ of .*") && Integer.parseInt(line.split(" ")[3]) >= step)) {
            Thread.sleep(1);
        }
    }

    private List<byte[]> files(String out) throws IOException {
        return List.of(Files.readAllBytes(folder.resolve(out).resolve("model.safetensors")),
                Files.readAllBytes(folder.resolve(out).resolve("config.json")));
    }
}
