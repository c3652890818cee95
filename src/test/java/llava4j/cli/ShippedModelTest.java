package llava4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import llava4j.Assembly;
import llava4j.Llava;
import llava4j.evaluate.TinySuite;
import llava4j.evaluate.TinySuite.Shown;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The shipped model")
class ShippedModelTest {

    private static final int PICTURES = 8;

    private static Llava open() {
        return Llava.open(ShippedModel.DIRECTORY, Optional.empty());
    }

    @Test
    @DisplayName("has the sizes and the conversation template that the main job begins with")
    void sizes() {
        Llava begun = Assembly.of(Path.of("tiny-data/pretrained/vicuna"), ShippedModel.ENCODER, 0);
        Llava shipped = open();
        assertEquals(begun.config(), shipped.config());
        assertEquals(begun.weights().keySet(), shipped.weights().keySet());
        assertEquals(begun.template(), shipped.template());
    }

    @Test
    @DisplayName("is, written whole, the file that the main job wrote, byte for byte")
    void whatTheMainJobMade(@TempDir Path folder) throws IOException, NoSuchAlgorithmException {
        open().save(folder);
        byte[] written = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(folder.resolve("model.safetensors")));
        String recorded = Files.readString(ShippedModel.DIRECTORY.resolve("main-job.sha256")).split("\\s")[0];
        assertEquals(recorded, HexFormat.of().formatHex(written));
    }

    @Test
    @DisplayName("answers questions about pictures that it has never seen, and not without them")
    void answers() {
        Llava shipped = open();
        TinySuite exam = TinySuite.open(shipped, Path.of("tiny-data/held-out")).only(false).first(PICTURES);
        double seeing = exam.score(shipped, Shown.PICTURE).accuracy();
        double swapped = exam.score(shipped, Shown.SWAPPED).accuracy();
        assertTrue(seeing > 0.9 && swapped < 0.5, "with the picture " + seeing + ", with another one " + swapped);
    }

    @Test
    @DisplayName("is the one that chat talks with if no model is named")
    void theDefault() {
        picocli.CommandLine.ParseResult parsed = new picocli.CommandLine(new Main()).parseArgs("chat");
        assertEquals(ShippedModel.DIRECTORY, parsed.subcommand().matchedOptionValue("--model",
                parsed.subcommand().commandSpec().findOption("--model").getValue()));
    }
}
