package llava4j.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import llava4j.checkpoint.ExpectedTensors;
import llava4j.support.Slope;
import llava4j.support.TinyModel;
import llava4j.train.Stage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

@DisplayName("The gradient is the slope of the loss")
class LossGradientTest {

    private static final int I = TinyModel.IMAGE;

    /** Two rows, a picture in each; the second is padded. */
    private static Prompt prompt(LlavaConfig config) {
        int[][] ids = {{1, 7, I, I, I, I, 9, 12, 5, 3}, {1, I, I, I, I, 8, 6, 3, 0, 0}};
        boolean[][] attends = new boolean[2][10];
        java.util.Arrays.fill(attends[0], true);
        java.util.Arrays.fill(attends[1], 0, 8, true);
        return new Prompt(ids, attends, TinyModel.features(config, 2, 5));
    }

    private static final int[][] LABELS = {
        {-100, -100, -100, -100, -100, -100, -100, 12, 5, 3}, {-100, -100, -100, -100, -100, -100, 6, 3, -100, -100}};

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"linear", "mlp2x_gelu"})
    @DisplayName("for every tensor of projection and decoder, with pictures, grouped heads and padding")
    void everyTensorOfStageTwo(String projector) {
        check(TinyModel.config(projector));
    }

    @Test
    @DisplayName("for tied embeddings, which learn as input and as output, and for biases of attention and feed-forward part")
    void tiedEmbeddingsAndBiases() {
        LlavaConfig c = TinyModel.config("linear");
        check(c.withDecoder(c.decoder().withBiases().withTiedEmbeddings(true)));
    }

    private static void check(LlavaConfig config) {
        Map<String, INDArray> weights = TinyModel.weights(config, 4);
        LossGraph graph = new LossGraph(config, weights, 2, Stage.INSTRUCTION_TUNING.trained(), true);
        Prompt prompt = prompt(config);
        Map<String, INDArray> gradients = graph.gradients(prompt, LABELS).byName();
        long expected = ExpectedTensors.of(config).keySet().stream().filter(n -> !n.startsWith("vision_tower.")).count();
        assertEquals(expected, gradients.size());
        gradients.forEach((name, gradient) ->
                Slope.assertGradient(name, weights.get(name), gradient, () -> graph.loss(prompt, LABELS)));
    }
}
