package llava4j.vision;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Random;
import llava4j.checkpoint.ExpectedTensors;
import llava4j.support.Slope;
import llava4j.support.TinyModel;
import llava4j.vision.RegionContrast.Regions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

@DisplayName("The contrast of regions and names")
class RegionContrastTest {

    private static final ClipConfig CONFIG = new ClipConfig(TinyModel.VISION.withLayers(2), TextTowerConfig.VIT_B_32
            .withVocabularySize(11).withMaxPositions(6).withHiddenSize(6).withIntermediateSize(10).withLayers(1).withHeads(2)
            .withActivation("gelu").withEosTokenId(3), 5);
    private static final int PICTURES = 3;
    private static final int[][] CAPTIONS = {{1, 4, 5, 3, 0, 0}, {1, 6, 7, 8, 10, 3}, {1, 9, 3, 0, 0, 0}};
    private static final int[][] NAMES = {{1, 4, 3}, {1, 5, 3}, {1, 6, 3}, {1, 7, 3}};

    private final Map<String, INDArray> weights = TinyModel.random(ExpectedTensors.of(CONFIG), 8);
    private final INDArray pixels = TinyModel.gaussian(new Random(9), 1, PICTURES, 3, 8, 8);
    private final int patches = CONFIG.vision().patches();

    /** The first thing covers two patches of the first picture, the second one of the last. */
    private Regions regions() {
        INDArray means = Nd4j.zeros(2, PICTURES * patches);
        means.putScalar(0, 0, 0.5);
        means.putScalar(0, 1, 0.5);
        means.putScalar(1, PICTURES * patches - 1, 1);
        return new Regions(means, new int[] {2, 0});
    }

    @Test
    @DisplayName("adds, for each region, minus the logarithm of its name's share among all names, over twice the pictures; and the "
            + "gradient of the sum is its slope")
    void slope() {
        weights.get("logit_scale").assign(0.9);
        ClipGraph graph = ClipGraph.withNames(CONFIG, weights, PICTURES, NAMES.length, name -> true);
        ClipGraph.Gradients result = graph.gradients(pixels, CAPTIONS, NAMES, regions());
        ClipGraph alone = new ClipGraph(CONFIG, weights, PICTURES, PICTURES, name -> true);
        assertEquals(alone.gradients(pixels, CAPTIONS).loss() + ofRegions(graph), result.loss(), 1e-5);
        result.byName().forEach((name, gradient) -> {
            if (!name.endsWith("k_proj.bias")) {
                Slope.assertGradient(name, weights.get(name), gradient,
                        () -> alone.gradients(pixels, CAPTIONS).loss() + ofRegions(graph));
            }
        });
    }

    private double ofRegions(ClipGraph graph) {
        float[][] logits = graph.regionLogits(pixels, NAMES, regions()).toFloatMatrix();
        double sum = 0;
        for (int region = 0; region < logits.length; region++) {
            double all = 0;
            for (float logit : logits[region]) {
                all += Math.exp(logit);
            }
            sum += Math.log(all) - logits[region][regions().names()[region]];
        }
        return sum / (2 * PICTURES);
    }

    @Test
    @DisplayName("looks at the patches that W reads: nothing after them changes it")
    void layer() {
        ClipGraph graph = ClipGraph.withNames(CONFIG, weights, PICTURES, NAMES.length, name -> false);
        INDArray before = graph.regionLogits(pixels, NAMES, regions()).dup();
        weights.get("vision_model.encoder.layers.1.mlp.fc2.bias").addi(3);
        assertEquals(before, graph.regionLogits(pixels, NAMES, regions()));
        weights.get("vision_model.encoder.layers.0.mlp.fc2.bias").putScalar(0, 3);
        assertEquals(false, before.equalsWithEps(graph.regionLogits(pixels, NAMES, regions()), 1e-3));
    }
}
