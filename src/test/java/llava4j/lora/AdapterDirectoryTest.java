package llava4j.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import llava4j.Fixtures;
import llava4j.checkpoint.ModelDirectory;
import llava4j.checkpoint.Safetensors;
import llava4j.checkpoint.SafetensorsWriter;
import llava4j.error.UserError;
import llava4j.support.Near;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

@DisplayName("An adapter on disk")
class AdapterDirectoryTest {

    private static final Path PEFT = Fixtures.path("lora/adapter");
    private static final ModelDirectory BASE = Fixtures.model("llava_mlp2x_gqa");
    private static final String Q = "base_model.model.model.language_model.layers.0.self_attn.q_proj.lora_";

    @TempDir
    private Path folder;

    private static Map<String, INDArray> tensors(Path file) {
        try (Safetensors opened = Safetensors.open(file)) {
            return opened.all();
        }
    }

    private Path renamed(UnaryOperator<String> rename) throws IOException {
        Map<String, INDArray> changed = new LinkedHashMap<>();
        tensors(PEFT.resolve("adapter_model.safetensors")).forEach((name, array) -> changed.put(rename.apply(name), array));
        return with(changed, Files.readString(PEFT.resolve("adapter_config.json")));
    }

    private Path with(Map<String, INDArray> tensors, String config) throws IOException {
        SafetensorsWriter.write(folder.resolve("adapter_model.safetensors"), tensors);
        Files.writeString(folder.resolve("adapter_config.json"), config);
        return folder;
    }

    private static void assertSame(Adapter expected, Adapter found) {
        assertEquals(expected.modules().keySet(), found.modules().keySet());
        expected.modules().forEach((module, lowRank) -> {
            assertTrue(Near.sameBits(lowRank.a(), found.modules().get(module).a()), module);
            assertTrue(Near.sameBits(lowRank.b(), found.modules().get(module).b()), module);
            assertEquals(lowRank.scale(), found.modules().get(module).scale(), module);
        });
        assertEquals(expected.replaced().keySet(), found.replaced().keySet());
        expected.replaced().forEach((name, array) -> assertTrue(Near.sameBits(array, found.replaced().get(name)), name));
        assertEquals(expected.dropout(), found.dropout());
    }

    @Test
    @DisplayName("is the same in the names of transformers 5, of transformers before 4.52, and of the original repository")
    void threeSpellings() throws IOException {
        Adapter expected = AdapterDirectory.read(PEFT, BASE);
        assertEquals(14, expected.modules().size());
        assertSame(expected, AdapterDirectory.read(renamed(name -> name.replace("model.language_model.", "language_model.model.")
                .replace("base_model.language_model.model.", "base_model.model.language_model.model.")
                .replace("model.model.multi_modal", "model.multi_modal")), BASE));
        assertSame(expected, AdapterDirectory.read(renamed(name -> name.replace("model.language_model.layers", "model.layers")
                .replace("multi_modal_projector.linear_1", "mm_projector.0")
                .replace("multi_modal_projector.linear_2", "mm_projector.2")), BASE));
    }

    @Test
    @DisplayName("is the same in .bin files, which are read and not run")
    void pickled() {
        assertSame(AdapterDirectory.read(PEFT, BASE), AdapterDirectory.read(Fixtures.path("lora/llava"), BASE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"adapter", "patterns"})
    @DisplayName("is written as it was read, exceptions of rank and alpha too")
    void roundTrip(String name) {
        Adapter adapter = AdapterDirectory.read(Fixtures.path("lora/" + name), BASE);
        AdapterDirectory.write(folder, adapter, BASE.llava());
        assertSame(adapter, AdapterDirectory.read(folder, BASE));
        assertEquals(tensors(Fixtures.path("lora/" + name + "/adapter_model.safetensors")).keySet(),
                tensors(folder.resolve("adapter_model.safetensors")).keySet(), "peft's own names");
    }

    @Test
    @DisplayName("of a model with the paper's projector carries the identity that transformers expects, and gives it back")
    void stackedProjector() {
        ModelDirectory linear = Fixtures.model("llava_linear");
        Adapter fresh = FreshAdapter.of(linear.llava().decoder(), FreshAdapter.ALL_LINEAR, 2, 4, 0, 1)
                .withProjector(linear.weights());
        AdapterDirectory.write(folder, fresh, linear.llava());
        assertTrue(tensors(folder.resolve("adapter_model.safetensors")).containsKey(
                "base_model.model.model.multi_modal_projector.linear_2.weight"));
        assertSame(fresh, AdapterDirectory.read(folder, linear));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "\"use_dora\": false|\"use_dora\": true|use_dora = true",
        "\"fan_in_fan_out\": false|\"fan_in_fan_out\": true|fan_in_fan_out = true",
        "\"bias\": \"none\"|\"bias\": \"lora_only\"|bias = \"lora_only\"",
        "\"init_lora_weights\": true|\"init_lora_weights\": \"pissa\"|init_lora_weights = pissa",
        "\"target_parameters\": null|\"target_parameters\": [\"w\"]|target_parameters = [\"w\"]",
        "\"use_dora\": false|\"use_novelty\": 3|use_novelty = 3",
        "\"peft_type\": \"LORA\"|\"peft_type\": \"IA3\"|peft_type",
        "\"r\": 3|\"r\": 4|r is 4"})
    @DisplayName("that does something else is refused by the name of the setting")
    void refused(String setting, String changed, String expected) throws IOException {
        String config = Files.readString(PEFT.resolve("adapter_config.json"));
        assertTrue(config.contains(setting), setting);
        Path place = with(tensors(PEFT.resolve("adapter_model.safetensors")), config.replace(setting, changed));
        UserError error = assertThrows(UserError.class, () -> AdapterDirectory.read(place, BASE));
        assertTrue(error.getMessage().contains(expected), error.getMessage());
        assertFalse(error.getMessage().contains("\n"), error.getMessage());
    }

    @Test
    @DisplayName("with settings that a later peft added is read, if they are null, false or empty")
    void unknownSettings() throws IOException {
        String config = Files.readString(PEFT.resolve("adapter_config.json")).replaceFirst("\\{",
                "{\"a_new_one\": null, \"another\": false, \"third\": {}, \"fourth\": [], \"fifth\": \"\",");
        assertSame(AdapterDirectory.read(PEFT, BASE),
                AdapterDirectory.read(with(tensors(PEFT.resolve("adapter_model.safetensors")), config), BASE));
    }

    @Test
    @DisplayName("names all layers that lack a half, and all that the base does not have, in one line each")
    void incomplete() throws IOException {
        Map<String, INDArray> tensors = tensors(PEFT.resolve("adapter_model.safetensors"));
        String config = Files.readString(PEFT.resolve("adapter_config.json"));
        tensors.remove(Q + "B.weight");
        tensors.put(Q.replace("q_proj", "v_proj") + "A.weight", Nd4j.zeros(2, 16));
        UserError halves = assertThrows(UserError.class, () -> AdapterDirectory.read(with(tensors, config), BASE));
        assertTrue(halves.getMessage().contains("layers.0.self_attn.q_proj has no lora_B.weight"), halves.getMessage());
        assertTrue(halves.getMessage().contains("v_proj has A [2, 16]"), halves.getMessage());

        UserError layers = assertThrows(UserError.class, () ->
                AdapterDirectory.read(renamed(name -> name.replace("layers.1.", "layers.7.")), BASE));
        assertTrue(layers.getMessage().contains("no linear layer language_model.model.layers.7.self_attn.q_proj"),
                layers.getMessage());
        UserError tables = assertThrows(UserError.class, () ->
                AdapterDirectory.read(renamed(name -> name.replace("layers.1.self_attn.q_proj", "embed_tokens")), BASE));
        assertTrue(tables.getMessage().contains("no linear layer language_model.model.embed_tokens"), tables.getMessage());
    }
}
