package llava4j.vision;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Random;
import llava4j.checkpoint.ExpectedTensors;
import llava4j.support.Slope;
import llava4j.support.TinyModel;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

class ContrastiveGradientTest {

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"quick_gelu", "gelu"})
    @DisplayName("The gradient of CLIP's loss is its slope, for every tensor of both towers and the temperature")
    void everyTensor(String activation) {
        ClipConfig config = new ClipConfig(TinyModel.VISION.withActivation(activation),
                TextTowerConfig.VIT_B_32.withVocabularySize(11).withMaxPositions(6).withHiddenSize(6).withIntermediateSize(10)
                        .withLayers(1).withHeads(2).withActivation(activation).withEosTokenId(3), 5);
        Map<String, INDArray> weights = TinyModel.random(ExpectedTensors.of(config), 8);
        weights.get("logit_scale").assign(0.9);
        INDArray pixels = TinyModel.gaussian(new Random(9), 1, 3, 3, 8, 8);
        int[][] ids = {{1, 4, 5, 3, 0, 0}, {1, 6, 7, 8, 10, 3}, {1, 9, 3, 0, 0, 0}};
        ClipGraph graph = new ClipGraph(config, weights, 3, 3, name -> true);
        ClipGraph.Gradients result = graph.gradients(pixels, ids);
        assertEquals(loss(graph.output(pixels, ids, "logits_per_image").get("logits_per_image").toFloatMatrix()),
                result.loss(), 1e-5);
        Map<String, INDArray> gradients = result.byName();
        assertEquals(ExpectedTensors.of(config).keySet(), gradients.keySet());
        gradients.forEach((name, gradient) -> {
            if (name.endsWith("k_proj.bias")) {
                // Added to every key alike, it moves all scores of a query alike: the loss does not depend on it
                assertEquals(0, gradient.norm2Number().doubleValue(), 1e-6, name);
            } else {
                Slope.assertGradient(name, weights.get(name), gradient, () -> loss(graph.output(pixels, ids, "logits_per_image")
                        .get("logits_per_image").toFloatMatrix()));
            }
        });
    }

    /** −log of the share of the diagonal, along rows and along columns, in the mean over both. */
    private static double loss(float[][] logits) {
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            double row = 0;
            double column = 0;
            for (int j = 0; j < logits.length; j++) {
                row += Math.exp(logits[i][j]);
                column += Math.exp(logits[j][i]);
            }
            sum += Math.log(row) + Math.log(column) - 2 * logits[i][i];
        }
        return sum / (2 * logits.length);
    }
}
