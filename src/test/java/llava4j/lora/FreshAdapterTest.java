package llava4j.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Random;
import llava4j.error.UserError;
import llava4j.graph.Dropout;
import llava4j.model.ForwardGraph;
import llava4j.model.LlavaConfig;
import llava4j.model.LossGraph;
import llava4j.model.Prompt;
import llava4j.support.Near;
import llava4j.support.TinyModel;
import llava4j.train.Stage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

@DisplayName("A fresh adapter")
class FreshAdapterTest {

    private static final LlavaConfig CONFIG = TinyModel.config("linear");

    private final Map<String, INDArray> base = TinyModel.weights(CONFIG, 3);
    private final int[][] ids = {TinyModel.words(new Random(1), 7), TinyModel.words(new Random(2), 7)};
    private final Prompt prompt = new Prompt(ids, new boolean[][] {attends(), attends()}, null);

    private static boolean[] attends() {
        boolean[] attends = new boolean[7];
        java.util.Arrays.fill(attends, true);
        return attends;
    }

    private static Adapter fresh(long seed) {
        return FreshAdapter.of(CONFIG.decoder(), FreshAdapter.ALL_LINEAR, 2, 4, 0, seed);
    }

    private LossGraph graph(Map<String, INDArray> weights, boolean dropout) {
        return new LossGraph(CONFIG, weights, 2, Stage.LOW_RANK_TUNING.trained(), false, dropout, false);
    }

    @Test
    @DisplayName("leaves the model as it was, to the bit")
    void changesNothing() {
        INDArray before = new ForwardGraph(CONFIG, base, 2, false).logits(prompt);
        INDArray after = new ForwardGraph(CONFIG, fresh(1).onto(base), 2, false).logits(prompt);
        assertTrue(Near.sameBits(before, after));
        assertTrue(Near.sameBits(before, new ForwardGraph(CONFIG, Merge.of(fresh(1).onto(base)), 2, false).logits(prompt)));
    }

    @Test
    @DisplayName("gives A no gradient in the first step, and B one")
    void firstGradients() {
        Map<String, INDArray> gradients = graph(fresh(1).onto(base), false).gradients(prompt, ids).byName();
        assertEquals(2 * 2 * 7, gradients.size(), "A and B of seven layers in each of two decoder layers");
        gradients.forEach((name, gradient) -> assertEquals(name.endsWith("lora_A.weight"),
                gradient.amaxNumber().doubleValue() == 0, name));
    }

    @Test
    @DisplayName("has A uniform within one over the root of the layer's width, by the seed, and B zero")
    void start() {
        Adapter adapter = FreshAdapter.of(CONFIG.decoder(), List.of("down_proj"), 50, 100, 0, 1);
        assertEquals(2, adapter.modules().size());
        adapter.modules().forEach((module, lowRank) -> {
            double bound = 1 / Math.sqrt(CONFIG.decoder().intermediateSize());
            assertTrue(lowRank.a().amaxNumber().doubleValue() <= bound);
            assertEquals(bound / Math.sqrt(3), lowRank.a().stdNumber().doubleValue(), 0.05 * bound, "as a uniform draw has");
            assertEquals(0, lowRank.b().amaxNumber().doubleValue());
            assertEquals(2, lowRank.scale());
        });
        String first = fresh(1).modules().keySet().iterator().next();
        assertTrue(Near.sameBits(fresh(1).modules().get(first).a(), fresh(1).modules().get(first).a()));
        assertNotEquals(fresh(1).modules().get(first).a(), fresh(2).modules().get(first).a());
    }

    @Test
    @DisplayName("for layers that a decoder does not have is refused")
    void unknownTarget() {
        UserError error = assertThrows(UserError.class, () ->
                FreshAdapter.of(CONFIG.decoder(), List.of("q_proj", "query"), 2, 4, 0, 1));
        assertTrue(error.getMessage().contains("q_proj,query"), error.getMessage());
    }

    @Test
    @DisplayName("drops inputs of the low-rank paths alone: the loss of the first step is the same with and without")
    void dropoutSparesTheFrozenPath() {
        LossGraph.Gradients plain = graph(fresh(1).onto(base), false).gradients(prompt, ids);
        LossGraph.Gradients dropped = graph(fresh(1).onto(base), true).gradients(prompt, ids,
                new Dropout.Draw(new Dropout(0.5, 9), 0, 0));
        assertEquals(plain.loss(), dropped.loss(), "B is still zero");
        String b = "language_model.model.layers.0.self_attn.q_proj.lora_B.weight";
        assertNotEquals(plain.byName().get(b), dropped.byName().get(b), "but what B learns has passed the dropout");
    }

    @Test
    @DisplayName("drops the asked share, by seed, layer, step and row alone, and keeps the mean")
    void masks() {
        Dropout dropout = new Dropout(0.25, 4);
        INDArray mask = new Dropout.Draw(dropout, 3, 0).mask("layer", 4, 50, 20);
        assertEquals(1, mask.meanNumber().doubleValue(), 0.03);
        assertEquals(0.25, mask.eq(0).castTo(org.nd4j.linalg.api.buffer.DataType.FLOAT).meanNumber().doubleValue(), 0.03);
        assertEquals(mask, new Dropout.Draw(dropout, 3, 0).mask("layer", 4, 50, 20));
        assertNotEquals(mask, new Dropout.Draw(dropout, 4, 0).mask("layer", 4, 50, 20));
        assertNotEquals(mask, new Dropout.Draw(dropout, 3, 0).mask("other", 4, 50, 20));
        INDArray lowerHalf = new Dropout.Draw(dropout, 3, 2).mask("layer", 2, 50, 20);
        assertEquals(mask.get(org.nd4j.linalg.indexing.NDArrayIndex.interval(100, 200)).dup('c'), lowerHalf,
                "a part of the batch draws what the whole batch does");
    }
}
