package llava4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import llava4j.Fixtures;
import llava4j.error.UserError;
import llava4j.image.ImageProcessorConfig;
import llava4j.support.Near;
import llava4j.support.Reference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

@DisplayName("Directories of BLIP-2 and IDEFICS")
class ConnectorLayoutsTest {

    @TempDir
    private Path folder;

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"blip2", "idefics"})
    @DisplayName("are written with the names, shapes and numbers that transformers wrote, and read again")
    void thereAndBack(String name) {
        Reference reference = new Reference(name);
        ModelDirectoryWriter.write(folder, reference.config(), reference.weights, Map.of(), Fixtures.path(name));
        try (Safetensors theirs = Safetensors.open(Fixtures.path(name).resolve("model.safetensors"));
             Safetensors ours = Safetensors.open(folder.resolve("model.safetensors"))) {
            Map<String, INDArray> expected = theirs.all();
            Map<String, INDArray> written = ours.all();
            assertEquals(expected.keySet(), written.keySet());
            expected.forEach((tensor, array) -> assertTrue(Near.sameBits(array, written.get(tensor)), tensor));
        }
        ModelDirectory again = ModelDirectory.open(folder, Optional.empty());
        assertEquals(reference.config(), again.llava());
        assertEquals(reference.weights.keySet(), again.weights().keySet());
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({"blip2, BlipImageProcessor", "idefics, IdeficsImageProcessor"})
    @DisplayName("name the image processor that transformers opens them with, and prepare pictures as they did before")
    void pictures(String name, String processor) throws IOException {
        Reference reference = new Reference(name);
        ImageProcessorConfig images = ModelDirectoryWriter.pictures(reference.config(),
                ImageProcessorConfig.clip(reference.config().vision().imageSize()));
        ModelDirectoryWriter.write(folder, reference.config(), reference.weights, Map.of(), Fixtures.path(name), images);
        assertEquals(processor, new ObjectMapper().readTree(folder.resolve("preprocessor_config.json").toFile())
                .get("image_processor_type").asText());
        assertEquals(images, ModelDirectory.open(folder, Optional.empty()).imageProcessor());
        assertFalse(images.doCenterCrop(), "the whole picture is squeezed to a square");
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource({"blip2, text_config, model_type, opt", "blip2, qformer_config, use_qformer_text_input, true",
        "blip2, qformer_config, encoder_hidden_size, 17", "idefics, , use_resampler, false",
        "idefics, , cross_layer_interval, 3", "idefics, , num_attention_heads, 3"})
    @DisplayName("of a form that is not supported, or whose sizes contradict each other, are refused by the setting's name")
    void refused(String name, String part, String key, String value) throws IOException {
        ObjectMapper json = new ObjectMapper();
        ObjectNode root = (ObjectNode) json.readTree(Fixtures.path(name).resolve("config.json").toFile());
        (part == null ? root : (ObjectNode) root.get(part)).set(key,
                value.equals("opt") ? json.valueToTree(value) : json.readTree(value));
        Path file = folder.resolve("config.json");
        json.writeValue(file.toFile(), root);
        String message = assertThrows(UserError.class, () -> ModelDirectory.ofConfig(file, Optional.empty())).getMessage();
        assertTrue(message.contains(key), message);
    }
}
