package llava4j.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The command that executors are given")
class AskedTest {

    private static final Path SHIPPED = Path.of("../../tiny-data/pretrained");

    @Test
    @DisplayName("names in full an encoder that config.json names from the driver's working directory")
    void encoder(@TempDir Path model) throws IOException {
        Files.writeString(model.resolve("config.json"), Files.readString(SHIPPED.resolve("llava/config.json"))
                .replace("tiny-data/pretrained/clip", SHIPPED.resolve("clip").toString().replace('\\', '/')));
        List<String> command = List.of("encode", "--model", model.toString(), "--images", "i", "--out", "o");
        List<String> expected = new ArrayList<>(command);
        expected.addAll(List.of("--vision-tower", SHIPPED.resolve("clip").toAbsolutePath().toString()));
        assertEquals(expected, Asked.of(Path.of(""), command).arguments());
        assertEquals(expected, Asked.of(Path.of(""), expected).arguments(), "an option that was given stays the only one");
    }

    @Test
    @DisplayName("is as it was given where the model cannot be read: the driver says so")
    void unreadable(@TempDir Path folder) {
        List<String> command = List.of("encode", "--model", folder.resolve("none").toString(), "--images", "i", "--out", "o");
        assertEquals(command, Asked.of(folder, command).arguments());
    }
}
