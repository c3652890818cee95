package llava4j.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import llava4j.checkpoint.ExpectedTensors;
import llava4j.language.DecoderConfig;
import llava4j.model.LlavaConfig;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The number of operations")
class FlopsTest {

    private static final LlavaConfig CONFIG = BenchSize.MID.config();

    @Test
    @DisplayName("is two for each weight and token, and in attention grows with the square of the length")
    void decoder() {
        DecoderConfig c = CONFIG.decoder();
        double weights = matrices("language_model.model.layers.");
        long length = 320;
        double attention = 2.0 * c.layers() * 2 * c.heads() * c.headSize() * length * length;
        assertEquals(2 * weights * length + attention, Flops.decoder(c, 1, length, 0), 1);
    }

    @Test
    @DisplayName("is that of the scored rows alone in the output head")
    void head() {
        double head = matrices("language_model.lm_head.");
        assertEquals(2 * 7 * head, Flops.decoder(CONFIG.decoder(), 1, 8, 7) - Flops.decoder(CONFIG.decoder(), 1, 8, 0), 1);
    }

    @Test
    @DisplayName("is two for each weight and patch in the encoder, the class token passing all but the first matrix")
    void encoder() {
        int tokens = CONFIG.vision().patches() + 1;
        double patches = matrices("vision_tower.vision_model.embeddings.patch_embedding") * CONFIG.vision().patches();
        double layers = matrices("vision_tower.vision_model.encoder.layers.") * tokens;
        double attention = 2.0 * CONFIG.vision().layers() * tokens * tokens * CONFIG.vision().hiddenSize();
        assertEquals(2 * (patches + layers + attention), Flops.encoder(CONFIG.vision(), 1, CONFIG.vision().layers()), 1);
    }

    private static double matrices(String prefix) {
        return ExpectedTensors.of(CONFIG).entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(prefix) && entry.getValue().length > 1)
                .mapToDouble(entry -> Arrays.stream(entry.getValue()).asDoubleStream().reduce(1, (a, b) -> a * b)).sum();
    }
}
