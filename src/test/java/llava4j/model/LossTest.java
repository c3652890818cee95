package llava4j.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import llava4j.error.UserError;
import llava4j.support.Near;
import llava4j.support.TinyModel;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

@DisplayName("The loss")
class LossTest {

    private static final int NO = LossGraph.IGNORED;
    private static final int[] IDS = {1, 7, 9, 12, 5, 3};

    private final LlavaConfig config = TinyModel.config("linear");
    private final Map<String, INDArray> weights = TinyModel.weights(config, 2);
    private final LossGraph graph = new LossGraph(config, weights, 1, name -> name.endsWith("lm_head.weight"), false);
    private final Prompt prompt = Prompt.padded(List.of(IDS), TinyModel.PAD, false, null);

    private double loss(int... labels) {
        return graph.loss(prompt, new int[][] {labels});
    }

    /** −log softmax(logits)[id] of the row before place {@code t}. */
    private double surprise(int t, int id) {
        double[] row = new ForwardGraph(config, weights, 1, false).logits(prompt)
                .reshape(IDS.length, TinyModel.VOCABULARY).getRow(t - 1).toDoubleVector();
        double sum = 0;
        for (double logit : row) {
            sum += Math.exp(logit);
        }
        return Math.log(sum) - row[id];
    }

    @Test
    @DisplayName("is the mean of −log p over the scored tokens, each predicted by the row before it")
    void meanNegativeLogLikelihood() {
        assertEquals(surprise(3, 12), loss(NO, NO, NO, 12, NO, NO), 1e-5);
        assertEquals((surprise(2, 9) + surprise(4, 5) + surprise(5, 3)) / 3, loss(NO, NO, 9, NO, 5, 3), 1e-5);
        assertTrue(Math.abs(surprise(2, 9) - surprise(4, 5)) > 0.1, "all tokens are alike, the mean shows nothing");
    }

    @Test
    @DisplayName("scores no label of -100, and no first token, which nothing predicts")
    void maskedLabelsDoNotContribute() {
        assertEquals(loss(NO, NO, NO, 12, 5, NO), loss(1, NO, NO, 12, 5, NO), 0);
        assertTrue(Math.abs(loss(NO, NO, NO, 12, 5, NO) - loss(NO, NO, NO, 12, 5, 3)) > 1e-3);
    }

    @Test
    @DisplayName("and its gradient are the same whatever a masked token's label would have been")
    void theGradientOfAMaskedTokenIsNothing() {
        INDArray one = gradient(NO, NO, NO, 12, 5, NO);
        INDArray other = gradient(NO, NO, NO, 12, NO, NO);
        INDArray rest = gradient(NO, NO, NO, NO, 5, NO);
        Near.assertNear(other.add(rest).mul(0.5), one, 1e-6, "the gradient of two tokens, the mean of both");
    }

    private INDArray gradient(int... labels) {
        return graph.gradients(prompt, new int[][] {labels}).byName().get("language_model.lm_head.weight").dup();
    }

    @Test
    @DisplayName("is a mean over all tokens of the batch, not a mean of the rows' means")
    void everyTokenCountsAlike() {
        int[] second = {1, 8, 10};
        LossGraph both = new LossGraph(config, weights, 2, name -> false, false);
        double loss = both.loss(Prompt.padded(List.of(IDS, second), TinyModel.PAD, false, null),
                new int[][] {{NO, 7, 9, 12, 5, 3}, {NO, NO, 10, NO, NO, NO}});
        double first = loss(NO, 7, 9, 12, 5, 3);
        double other = graph.loss(Prompt.padded(List.of(second), TinyModel.PAD, false, null), new int[][] {{NO, NO, 10}});
        assertEquals((5 * first + other) / 6, loss, 1e-5);
        assertTrue(Math.abs(first - other) > 0.1);
    }

    @Test
    @DisplayName("of a batch in which nothing is scored is refused, not 0 and not NaN")
    void nothingToScore() {
        for (int[] labels : new int[][] {{NO, NO, NO, NO, NO, NO}, {1, NO, NO, NO, NO, NO}}) {
            UserError error = assertThrows(UserError.class, () -> loss(labels));
            assertTrue(error.getMessage().contains("no token of the batch is supervised"), error.getMessage());
            assertThrows(UserError.class, () -> graph.gradients(prompt, new int[][] {labels}));
        }
    }

    @Test
    @DisplayName("has a gradient for the parameters that are trained, and for no other")
    void onlyTrainedParametersHaveAGradient() {
        assertEquals(List.of("language_model.lm_head.weight"), graph.trained());
        assertEquals(java.util.Set.of("language_model.lm_head.weight"),
                graph.gradients(prompt, new int[][] {{NO, 7, 9, 12, 5, 3}}).byName().keySet());
    }
}
