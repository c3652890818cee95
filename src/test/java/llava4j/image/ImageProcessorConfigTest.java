package llava4j.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import llava4j.error.UserError;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageProcessorConfigTest {

    @TempDir
    private Path folder;

    @Test
    @DisplayName("what transformers saves for CLIP of 16 pixels is read as CLIP of 16 pixels")
    void fromTransformers() {
        assertEquals(ImageProcessorConfig.clip(16),
                ImageProcessorConfig.read(Fixture.file("preprocessor_config.json")));
    }

    @Test
    @DisplayName("what is written is read back, with either way to give the size")
    void roundTrip() throws IOException {
        for (ImageProcessorConfig config : List.of(ImageProcessorConfig.clip(336), ImageProcessorConfig.tinyWorld())) {
            Path file = folder.resolve("preprocessor_config.json");
            config.write(file);
            assertEquals(config, ImageProcessorConfig.read(file));
        }
        try (var files = Files.list(folder)) {
            assertEquals(1, files.count(), "nothing else is left behind");
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"BLIP, blip2", "IDEFICS, idefics"})
    @DisplayName("for BLIP-2 and IDEFICS the file is the one that transformers saves, and is read back the same")
    void ofOtherModels(ImageProcessorType type, String theirs) throws IOException {
        ImageProcessorConfig square = ImageProcessorConfig.clip(12).withoutCrop();
        Path file = folder.resolve("preprocessor_config.json");
        square.write(file, type);
        ObjectMapper json = new ObjectMapper();
        assertEquals(json.readTree(Fixture.file(theirs + "_preprocessor_config.json").toFile()), json.readTree(file.toFile()));
        assertEquals(square, ImageProcessorConfig.read(file));
    }

    @Test
    @DisplayName("settings with a crop are written as CLIP's whatever the model, for the other processors would pass the crop over")
    void cropIsKept() {
        Path file = folder.resolve("preprocessor_config.json");
        for (ImageProcessorType type : ImageProcessorType.values()) {
            ImageProcessorConfig.clip(12).write(file, type);
            assertEquals(ImageProcessorConfig.clip(12), ImageProcessorConfig.read(file), type.toString());
        }
    }

    @Test
    @DisplayName("pictures that are not resized stay so in a processor without a crop")
    void asTheyAre() {
        Path file = folder.resolve("preprocessor_config.json");
        ImageProcessorConfig.tinyWorld().write(file, ImageProcessorType.IDEFICS);
        assertEquals(ImageProcessorConfig.tinyWorld(), ImageProcessorConfig.read(file));
    }

    @Test
    @DisplayName("processor_config.json keeps the same settings under image_processor")
    void nested() throws IOException {
        String settings = Files.readString(Fixture.file("preprocessor_config.json"));
        assertEquals(ImageProcessorConfig.clip(16), read("{\"image_processor\": " + settings + ", \"patch_size\": 14}"));
    }

    @Test
    @DisplayName("the old bare number is the shorter edge for size, a square for crop_size")
    void bareNumbers() throws IOException {
        ImageProcessorConfig config = read("{\"size\": 224, \"crop_size\": 200}");
        assertEquals(ResizeTarget.shortestEdge(224), config.size());
        assertEquals(new ImageSize(200, 200), config.cropSize());
    }

    @Test
    @DisplayName("null and what is left out are CLIP's own values")
    void defaults() throws IOException {
        assertEquals(ImageProcessorConfig.clip(224),
                read("{\"image_processor_type\": \"CLIPImageProcessor\", \"do_resize\": null, \"image_mean\": null}"));
    }

    @Test
    @DisplayName("one number for mean or deviation holds for all three channels; steps can be switched off")
    void scalarsAndSwitches() throws IOException {
        ImageProcessorConfig config = read("{\"image_mean\": 0.5, \"do_center_crop\": false, \"resample\": 2}");
        assertEquals(List.of(0.5, 0.5, 0.5), config.imageMean());
        assertFalse(config.doCenterCrop());
        assertEquals(ResamplingFilter.BILINEAR, config.resample());
    }

    @ParameterizedTest(name = "{0} is refused, naming {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{\"size\": 0} | size",
        "{\"size\": {\"shortest_edge\": -3}} | size.shortest_edge",
        "{\"size\": {\"height\": 16, \"width\": 100000}} | size.width",
        "{\"size\": {\"shortest_edge\": 16, \"longest_edge\": 32}} | size",
        "{\"size\": \"large\"} | size",
        "{\"size\": 2.5} | size",
        "{\"crop_size\": 99999999999} | crop_size",
        "{\"crop_size\": {\"shortest_edge\": 16}} | crop_size",
        "{\"do_resize\": \"yes\"} | do_resize",
        "{\"size\": 16, \"do_pad\": true} | do_pad",
        "{\"size\": 16, \"resample\": 0} | resample",
        "{\"size\": 16, \"rescale_factor\": 0} | rescale_factor",
        "{\"size\": 16, \"rescale_factor\": 1e999} | rescale_factor",
        "{\"image_mean\": [0.5, 0.5]} | image_mean",
        "{\"image_mean\": [0.5, 0.5, \"x\"]} | image_mean",
        "{\"image_std\": [0.5, 0.5, 0]} | image_std",
        "{\"image_std\": [1e400, 1, 1]} | image_std",
        "{\"image_processor_type\": \"SiglipImageProcessor\"} | SiglipImageProcessor"})
    void outOfRange(String json, String named) {
        UserError error = assertThrows(UserError.class, () -> read(json));
        assertTrue(error.getMessage().contains(named), error.getMessage());
        assertTrue(error.getMessage().startsWith(folder.toString()), error.getMessage());
        assertEquals(1, error.getMessage().lines().count(), error.getMessage());
    }

    @ParameterizedTest(name = "a file that holds <{0}> is no image processor''s settings")
    @ValueSource(strings = {"", "{", "[]", "{}", "null", "7", "{\"processor_class\": \"LlavaProcessor\"}",
        "{\"image_processor\": []}"})
    void notSettings(String json) {
        UserError error = assertThrows(UserError.class, () -> read(json));
        assertTrue(error.getMessage().startsWith(folder.toString()), error.getMessage());
        assertEquals(1, error.getMessage().lines().count(), error.getMessage());
    }

    @Test
    @DisplayName("brackets a hundred thousand deep are refused, not followed")
    void deep() {
        assertThrows(UserError.class, () -> read("{\"size\": " + "[".repeat(100_000)));
    }

    @Test
    @DisplayName("a missing file and a folder that is not there are told by name")
    void missing() {
        Path file = folder.resolve("none").resolve("preprocessor_config.json");
        assertTrue(assertThrows(UserError.class, () -> ImageProcessorConfig.read(file)).getMessage()
                .startsWith(file + ": no such file"));
        assertTrue(assertThrows(UserError.class, () -> ImageProcessorConfig.clip(16).write(file)).getMessage()
                .startsWith(file + ": cannot be written"));
    }

    private ImageProcessorConfig read(String json) throws IOException {
        return ImageProcessorConfig.read(Files.writeString(folder.resolve("settings.json"), json));
    }
}
