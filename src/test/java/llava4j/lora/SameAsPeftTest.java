package llava4j.lora;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import llava4j.Fixtures;
import llava4j.model.LossGraph;
import llava4j.support.Near;
import llava4j.support.Reference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

@DisplayName("A model with a LoRA adapter, the same as in peft:")
class SameAsPeftTest {

    private static final Map<String, INDArray> EXPECTED = Fixtures.reference("lora");
    private static final JsonNode RESULTS = Fixtures.json("lora/reference.json");

    private static PeftRun run(String adapter) {
        Reference base = new Reference("llava_mlp2x_gqa");
        Map<String, INDArray> batch = new HashMap<>();
        for (String name : new String[] {"input_ids", "attention_mask", "labels", "pixel_values"}) {
            batch.put(name, base.of(name));
        }
        return new PeftRun(base.directory, AdapterDirectory.read(Fixtures.path("lora/" + adapter), base.directory), batch);
    }

    @ParameterizedTest
    @ValueSource(strings = {"adapter", "llava"})
    @DisplayName("logits and losses, whether peft or the original repository wrote the files")
    void forward(String files) {
        PeftRun run = run(files);
        Map<String, INDArray> out = run.forward(run.weights);
        assertTrue(run.distance(EXPECTED.get("logits"), out.get("logits")) <= 1e-4);
        Near.assertNear(EXPECTED.get("per_token_loss"), out.get("per_token_loss"), 1e-4, "loss of each token");
        Near.assertNear(EXPECTED.get("loss"), out.get("loss"), 1e-5, "loss");
    }

    @Test
    @DisplayName("logits with a rank and an alpha of their own for some layers, and s = alpha / sqrt(r)")
    void patterns() {
        PeftRun run = run("patterns");
        assertEquals(5, run.adapter.modules().get("language_model.model.layers.1.mlp.down_proj").rank());
        assertEquals(3 / Math.sqrt(5), run.adapter.modules().get("language_model.model.layers.1.mlp.down_proj").scale(), 1e-12);
        assertTrue(run.distance(EXPECTED.get("patterns.logits"), run.forward(run.weights).get("logits")) <= 1e-4);
    }

    @Test
    @DisplayName("merged matrices, and merged logits, which differ from the unmerged by rounding alone")
    void merged() {
        PeftRun run = run("adapter");
        Map<String, INDArray> merged = Merge.of(run.weights);
        assertEquals(run.base.keySet(), merged.keySet());
        for (String name : new String[] {"language_model.model.layers.0.self_attn.k_proj.weight",
            "language_model.model.layers.1.mlp.down_proj.weight"}) {
            Near.assertNear(EXPECTED.get("merged." + name), merged.get(name), 1e-6, name);
        }
        INDArray logits = run.forward(merged).get("logits");
        assertTrue(run.distance(EXPECTED.get("merged.logits"), logits) <= 1e-4);
        assertTrue(run.distance(run.forward(run.weights).get("logits"), logits) <= 5e-5, "logits go up to 11");
    }

    @Test
    @DisplayName("gradients of A, B and the projector, and of nothing else")
    void gradients() {
        PeftRun run = run("adapter");
        LossGraph.Gradients found = run.gradients(run.lossGraph());
        assertEquals(EXPECTED.get("loss").getDouble(0), found.loss(), 1e-5);
        Map<String, INDArray> expected = new HashMap<>();
        EXPECTED.forEach((name, array) -> {
            if (name.startsWith("grad.")) {
                expected.put(name.substring("grad.".length()), array);
            }
        });
        assertEquals(expected.keySet(), found.byName().keySet());
        expected.forEach((name, array) ->
                assertTrue(PeftRun.relativeNorm(array, found.byName().get(name)) <= 1e-3, name));
    }

    @Test
    @DisplayName("three steps of AdamW, the projector at a rate of its own")
    void adamW() {
        PeftRun run = run("adapter");
        JsonNode adamw = RESULTS.path("adamw");
        double[] losses = run.threeSteps(adamw.path("lora_lr").asDouble(), adamw.path("projector_lr").asDouble());
        for (int step = 0; step < 3; step++) {
            assertEquals(RESULTS.path("adamw_losses").get(step).asDouble(), losses[step], 1e-4, "loss before step " + step);
        }
        EXPECTED.forEach((name, array) -> {
            if (name.startsWith("adamw3.")) {
                Near.assertNear(array, run.weights.get(name.substring("adamw3.".length())), 1e-4, name);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"adapter", "llava"})
    @DisplayName("greedy continuations")
    void greedy(String files) {
        PeftRun run = run(files);
        for (int i = 0; i < 2; i++) {
            JsonNode one = RESULTS.path("generate").get(i);
            int[] expected = Fixtures.ints(one.path("generated_ids"));
            assertArrayEquals(expected, run.greedy(Fixtures.ints(one.path("input_ids")), i, expected.length));
        }
    }
}
