package llava4j.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Random;
import llava4j.Fixtures;
import llava4j.checkpoint.ModelDirectory;
import llava4j.generate.Generator;
import llava4j.generate.Sampler;
import llava4j.model.LlavaConfig;
import llava4j.model.LossGraph;
import llava4j.model.Prompt;
import llava4j.support.Near;
import llava4j.support.TinyModel;
import llava4j.train.Stage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

@DisplayName("An adapter on a base that stays in 16 bits")
class SixteenBitBaseTest {

    private static final String Q = "language_model.model.layers.0.self_attn.q_proj.weight";

    private final ModelDirectory directory = Fixtures.model("llama");
    private final LlavaConfig config = directory.llava();
    private final Adapter adapter = FreshAdapter.of(config.decoder(), FreshAdapter.ALL_LINEAR, 2, 4, 0, 1);
    private final Map<String, INDArray> wide = adapter.onto(directory.weights());
    private final Map<String, INDArray> narrow = adapter.onto(directory.weights(name -> true));
    private final int[][] ids = {new Random(1).ints(8, 5, 60).toArray()};
    private final Prompt prompt = new Prompt(ids, new boolean[][] {{true, true, true, true, true, true, true, true}}, null);

    SixteenBitBaseTest() {
        Random random = new Random(3);
        adapter.modules().values().forEach(lowRank ->
                lowRank.b().assign(TinyModel.gaussian(random, 0.3, lowRank.b().shape())));
        assertEquals(DataType.BFLOAT16, narrow.get(Q).dataType(), "or nothing would be shown here");
    }

    private LossGraph.Gradients gradients(Map<String, INDArray> weights) {
        return new LossGraph(config, weights, 1, Stage.LOW_RANK_TUNING.trained(), false).gradients(prompt, ids);
    }

    @Test
    @DisplayName("has the loss, the gradients and the continuation that it has on the same base in float32")
    void same() {
        LossGraph.Gradients expected = gradients(wide);
        LossGraph.Gradients found = gradients(narrow);
        assertEquals(expected.loss(), found.loss(), 1e-6);
        expected.byName().forEach((name, gradient) ->
                Near.assertRelative(gradient, found.byName().get(name), 1e-5, name));
        assertEquals(continuation(wide), continuation(narrow));
    }

    private String continuation(Map<String, INDArray> weights) {
        return java.util.Arrays.toString(new Generator(config, weights)
                .generate(prompt, 8, Sampler.greedy(), (row, token) -> { }).get(0));
    }

    @Test
    @DisplayName("is merged in float32, so that nothing of it is rounded away")
    void merged() {
        INDArray merged = Merge.of(narrow).get(Q);
        assertEquals(DataType.FLOAT, merged.dataType());
        assertTrue(Near.sameBits(Merge.of(wide).get(Q), merged));
    }
}
