package llava4j.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import llava4j.Fixtures;
import llava4j.error.UserError;
import llava4j.model.ForwardGraph;
import llava4j.model.LlavaConfig;
import llava4j.support.Reference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

@DisplayName("The memory that plan reckons")
class MemoryTest {

    @Test
    @DisplayName("four bytes for each number, and for each that learns four of gradient and eight of moments")
    void training() {
        LlavaConfig config = Presets.of("llava-7b");
        Parameters parameters = Parameters.of(config);
        Memory one = Memory.training(config, 1, 8, 512);
        Memory two = Memory.training(config, 2, 8, 512);
        assertEquals(4 * parameters.all(), one.weights());
        assertEquals(4 * parameters.projector(), one.gradients());
        assertEquals(8 * parameters.projector(), one.moments());
        assertEquals(4 * (parameters.projector() + parameters.decoder()), two.gradients());
        assertEquals(2 * two.gradients(), two.moments());
        assertTrue(one.activations() > 0.7 * two.activations() && one.activations() < two.activations());
    }

    @Test
    @DisplayName("as many bytes of keys and values as a prompt leaves behind")
    void cache() {
        Reference reference = new Reference("llava_mlp2x_gqa");
        ForwardGraph.Result result = new ForwardGraph(reference.config(), reference.weights, reference.ids().length, true)
                .prefill(reference.prompt());
        long numbers = result.keys().stream().mapToLong(INDArray::length).sum()
                + result.values().stream().mapToLong(INDArray::length).sum();
        assertEquals(4 * numbers,
                Memory.decoding(reference.config(), reference.ids().length, reference.ids()[0].length).cache());
    }

    @Test
    @DisplayName("activations that double with the samples, and more than double with the tokens")
    void activations() {
        LlavaConfig config = Fixtures.model("llama").llava();
        long once = Memory.training(config, 2, 4, 16).activations();
        assertEquals(2 * once, Memory.training(config, 2, 8, 16).activations());
        assertTrue(Memory.training(config, 2, 4, 32).activations() > 2 * once);
    }

    @Test
    @DisplayName("a name that is none of the presets is refused with their names")
    void unknown() {
        String message = assertThrows(UserError.class, () -> Presets.of("llava-70b")).getMessage();
        Presets.names().forEach(name -> assertTrue(message.contains(name), message));
    }
}
