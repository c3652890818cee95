package llava4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import llava4j.Fixtures;
import llava4j.error.UserError;
import llava4j.image.ImageProcessorConfig;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

@DisplayName("A model directory")
class ModelDirectoryTest {

    private static final String HEAD = "language_model.lm_head.weight";
    private static final String EMBEDDING = "language_model.model.embed_tokens.weight";

    @TempDir
    private Path folder;

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"llava_linear", "llava_mlp2x_gqa", "llama", "clip"})
    @DisplayName("gives exactly the tensors that its config asks for, in float32")
    void weightsAreThoseOfTheConfig(String name) {
        ModelDirectory directory = Fixtures.model(name);
        Map<String, long[]> expected = directory.kind() == ModelDirectory.Kind.CLIP
                ? ExpectedTensors.of(directory.clip()) : ExpectedTensors.of(directory.llava());
        Map<String, INDArray> weights = directory.weights();
        assertEquals(expected.keySet(), weights.keySet());
        weights.forEach((tensor, array) -> {
            assertArrayEquals(expected.get(tensor), array.shape(), tensor);
            assertEquals(DataType.FLOAT, array.dataType(), tensor);
        });
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"llava_linear", "llava_mlp2x_gqa", "llama", "clip"})
    @DisplayName("that is written and read again is the same model")
    void whatIsWrittenComesBack(String name) {
        ModelDirectory directory = Fixtures.model(name);
        Map<String, INDArray> weights = directory.weights();
        if (directory.kind() == ModelDirectory.Kind.CLIP) {
            ModelDirectoryWriter.write(folder, directory.clip(), weights, directory.path(), directory.imageProcessor());
        } else {
            ModelDirectoryWriter.write(folder, directory.llava(), weights, Map.of("conversation_template", "v1"),
                    directory.path(), name.equals("llama") ? null : directory.imageProcessor());
        }
        ModelDirectory again = ModelDirectory.open(folder, Optional.empty());
        assertEquals(directory.kind(), again.kind());
        assertEquals(directory.llava(), again.llava());
        assertEquals(directory.clip(), again.clip());
        assertSame(weights, again.weights());
        if (!name.equals("llama")) {
            assertEquals(directory.imageProcessor(), again.imageProcessor());
        }
        if (!name.equals("clip")) {
            assertEquals("v1", again.ownSettings().text("conversation_template"));
        }
        assertTrue(Files.exists(folder.resolve("tokenizer.json")));
    }

    @Test
    @DisplayName("of a single W is written as W and the identity, because transformers knows two matrices only")
    void aSingleMatrixIsWrittenAsTwo() {
        ModelDirectory directory = Fixtures.model("llava_linear");
        ModelDirectoryWriter.write(folder, directory.llava(), directory.weights(), Map.of(), directory.path(), null);
        try (Safetensors tensors = Safetensors.open(folder.resolve("model.safetensors"))) {
            INDArray second = tensors.get("multi_modal_projector.linear_2.weight");
            INDArray x = Nd4j.rand(DataType.FLOAT, 5, 16);
            assertEquals(x, x.mmul(second.transpose()));
            assertEquals(0, tensors.get("multi_modal_projector.linear_2.bias").amaxNumber().doubleValue());
        }
        assertFalse(ModelDirectory.open(folder, Optional.empty()).weights().containsKey("multi_modal_projector.linear_2.weight"));
    }

    @Test
    @DisplayName("may keep the projector and the encoder in files of their own, as LLaVA v1 did")
    void partsMayLieApart() throws IOException {
        ModelDirectory directory = Fixtures.model("llava_linear");
        Map<String, INDArray> decoder = new TreeMap<>();
        Map<String, INDArray> projector = new TreeMap<>();
        try (Safetensors tensors = Safetensors.open(directory.path().resolve("model.safetensors"))) {
            tensors.all().forEach((name, array) ->
                    (name.contains("mm_projector") ? projector : decoder).put(name, array));
        }
        SafetensorsWriter.write(folder.resolve("model.safetensors"), decoder);
        SafetensorsWriter.write(folder.resolve("mm_projector.safetensors"), projector);
        Files.copy(directory.path().resolve("config.json"), folder.resolve("config.json"));
        assertSame(directory.weights(), ModelDirectory.open(folder, Optional.of(directory.visionTower())).weights());
    }

    @Test
    @DisplayName("may hold tied embeddings under both names, or under the head's alone")
    void tiedEmbeddingsUnderEitherName() throws IOException {
        ModelDirectory directory = Fixtures.model("llava_mlp2x_gqa");
        Map<String, INDArray> weights = directory.weights();
        Files.copy(directory.path().resolve("config.json"), folder.resolve("config.json"));

        Map<String, INDArray> both = new LinkedHashMap<>(weights);
        both.put(HEAD, weights.get(EMBEDDING));
        SafetensorsWriter.write(folder.resolve("model.safetensors"), both);
        assertSame(weights, ModelDirectory.open(folder, Optional.empty()).weights());

        both.remove(EMBEDDING);
        SafetensorsWriter.write(folder.resolve("model.safetensors"), both);
        assertSame(weights, ModelDirectory.open(folder, Optional.empty()).weights());
    }

    @Test
    @DisplayName("lends its encoder: a CLIP's, a LLaVA's or a tower's own, under one set of names")
    void theEncoderAlone() {
        Map<String, INDArray> all = Fixtures.model("llava_linear").weights();
        Map<String, INDArray> tower = ModelDirectory.visionWeights(Fixtures.path("llava_linear/vision_tower"));
        assertEquals(ExpectedTensors.of(ModelDirectory.visionConfig(Fixtures.path("llava_linear/vision_tower"))).keySet(),
                tower.keySet());
        tower.forEach((name, array) -> assertEquals(all.get(name), array, name));
        assertEquals(2 * 16 + 7, ModelDirectory.visionWeights(Fixtures.path("clip")).size());
        assertEquals(2 * 16 + 7, ModelDirectory.visionWeights(Fixtures.path("llava_mlp2x_gqa")).size());
    }

    @Test
    @DisplayName("without a word on pictures prepares them in CLIP's way; with a word that does not fit, it is refused")
    void preparationMustFitTheEncoder() throws IOException {
        Files.copy(Fixtures.path("clip").resolve("config.json"), folder.resolve("config.json"));
        ModelDirectory directory = ModelDirectory.open(folder, Optional.empty());
        assertEquals(ImageProcessorConfig.clip(12), directory.imageProcessor());
        for (String file : List.of("preprocessor_config.json", "processor_config.json")) {
            String settings = "{\"crop_size\": {\"height\": 224, \"width\": 224}}";
            Files.writeString(folder.resolve(file),
                    file.startsWith("pre") ? settings : "{\"image_processor\": " + settings + "}");
            UserError error = assertThrows(UserError.class, directory::imageProcessor);
            assertTrue(error.getMessage().endsWith(file + ": it makes pictures of 224 x 224 pixels, but the encoder takes 12 x 12"),
                    error.getMessage());
            Files.delete(folder.resolve(file));
        }
    }

    private static void assertSame(Map<String, INDArray> expected, Map<String, INDArray> actual) {
        assertEquals(expected.keySet(), actual.keySet());
        expected.forEach((name, array) ->
                assertEquals(0, array.sub(actual.get(name)).amaxNumber().doubleValue(), name));
    }
}
