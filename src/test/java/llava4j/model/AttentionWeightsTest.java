package llava4j.model;

import static llava4j.support.Near.assertNear;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import llava4j.support.TinyModel;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

@DisplayName("Attention weights")
class AttentionWeightsTest {

    private final LlavaConfig config = TinyModel.config("linear");
    private final Map<String, INDArray> weights = TinyModel.weights(config, 1);

    @Test
    @DisplayName("of a token add up to one over the tokens it may see, and are zero ahead of it and on padding")
    void addUpToOneAndLookBackOnly() {
        Prompt prompt = Prompt.padded(List.of(new int[] {1, 6, 8, 10, 12}, new int[] {1, 7, 9}), TinyModel.PAD, true, null);
        ForwardGraph graph = new ForwardGraph(config, weights, 2, false);
        for (int layer = 0; layer < config.decoder().layers(); layer++) {
            String name = "attention." + layer;
            INDArray all = graph.stations(prompt, name).get(name);
            assertEquals(List.of(2L, 4L, 5L, 5L), java.util.Arrays.stream(all.shape()).boxed().toList());
            for (int b = 0; b < 2; b++) {
                for (int head = 0; head < 4; head++) {
                    for (int t = b == 0 ? 0 : 2; t < 5; t++) {
                        double sum = 0;
                        for (int s = 0; s < 5; s++) {
                            double weight = all.getDouble(b, head, t, s);
                            boolean seen = s <= t && prompt.attends()[b][s];
                            assertTrue(seen == weight > 0, "token " + t + " of row " + b + " gives " + s + " " + weight);
                            sum += weight;
                        }
                        assertEquals(1, sum, 1e-5);
                    }
                }
            }
        }
    }

    @Test
    @DisplayName("are those that the values are mixed with: the first token takes all from itself")
    void firstTokenTakesAllFromItself() {
        INDArray first = new ForwardGraph(config, weights, 1, false)
                .stations(Prompt.padded(List.of(new int[] {1, 6, 8}), TinyModel.PAD, true, null), "attention.0")
                .get("attention.0").mean(1).slice(0).slice(0);
        assertNear(org.nd4j.linalg.factory.Nd4j.createFromArray(1f, 0f, 0f), first, 1e-6, "first token");
    }
}
