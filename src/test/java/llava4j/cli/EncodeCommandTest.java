package llava4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import llava4j.support.SmallWorld;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("encode")
class EncodeCommandTest {

    @TempDir
    static Path folder;
    private static SmallWorld world;

    @BeforeAll
    static void paint() {
        world = SmallWorld.in(folder);
        world.model().save(folder.resolve("model"));
    }

    @Test
    @DisplayName("keeps what train --features uses, and the model is byte for byte that of a run without")
    void trainsTheSame() throws IOException {
        assertEquals(0, encode(world.images(), "features", "--data", world.file("instructions.json").toString()));
        assertEquals(0, train("with", world.images(), "--features", folder.resolve("features").toString()));
        assertEquals(0, train("made", world.images(), "--features", folder.resolve("made-features").toString()));
        assertEquals(0, train("without", world.images()));
        for (String one : List.of("with", "made")) {
            assertEquals(-1, Files.mismatch(folder.resolve(one).resolve("model.safetensors"),
                    folder.resolve("without/model.safetensors")), one);
        }
        try (var kept = Files.list(folder.resolve("features")); var made = Files.list(folder.resolve("made-features"))) {
            assertEquals(-1, Files.mismatch(kept.findFirst().orElseThrow(), made.findFirst().orElseThrow()));
        }
    }

    @Test
    @DisplayName("fails over a damaged picture once the others are encoded, and succeeds with --missing skip; so does train")
    void damagedPicture() throws IOException {
        Path pictures = Files.createDirectories(folder.resolve("damaged"));
        for (int i = 1; i <= 12; i++) {
            Files.copy(world.images().resolve(String.format("%06d.png", i)), pictures.resolve(String.format("%06d.png", i)));
        }
        byte[] whole = Files.readAllBytes(pictures.resolve("000003.png"));
        Files.write(pictures.resolve("000003.png"), Arrays.copyOf(whole, whole.length / 2));
        Files.writeString(pictures.resolve("readme.txt"), "not a picture");
        assertEquals(1, encode(pictures, "eleven"));
        assertEquals(0, encode(pictures, "eleven", "--missing", "skip"));
        String features = folder.resolve("eleven").toString();
        assertEquals(1, train("stopped", pictures, "--features", features));
        assertFalse(Files.exists(folder.resolve("stopped")));
        assertEquals(0, train("skipped", pictures, "--features", features, "--missing", "skip"));
        assertTrue(Files.exists(folder.resolve("skipped/model.safetensors")));
    }

    @Test
    @DisplayName("refuses a folder that is not there or holds no picture, and writes nothing")
    void nothingToDo() throws IOException {
        assertEquals(1, encode(Files.createDirectories(folder.resolve("empty")), "none"));
        assertEquals(1, encode(folder.resolve("absent"), "none"));
        assertFalse(Files.exists(folder.resolve("none")));
    }

    private static int encode(Path images, String out, String... more) {
        return run(new String[] {"encode", "--model", folder.resolve("model").toString(), "--images", images.toString(),
            "--out", folder.resolve(out).toString()}, more);
    }

    private static int train(String out, Path images, String... more) {
        return run(new String[] {"train", "--stage", "2", "--steps", "3", "--batch", "4", "--model",
            folder.resolve("model").toString(), "--data", world.file("instructions.json").toString(), "--images",
            images.toString(), "--out", folder.resolve(out).toString()}, more);
    }

    private static int run(String[] first, String... more) {
        List<String> all = new ArrayList<>(List.of(first));
        all.addAll(List.of(more));
        return Main.run(all.toArray(String[]::new));
    }
}
