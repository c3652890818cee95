package llava4j.vision;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Random;
import llava4j.checkpoint.ExpectedTensors;
import llava4j.support.Slope;
import llava4j.support.TinyModel;
import llava4j.vision.PatchContrast.Patches;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

@DisplayName("The contrast of patches and names")
class PatchContrastTest {

    private static final ClipConfig CONFIG = new ClipConfig(TinyModel.VISION.withLayers(2), TextTowerConfig.VIT_B_32
            .withVocabularySize(11).withMaxPositions(6).withHiddenSize(6).withIntermediateSize(10).withLayers(1).withHeads(2)
            .withActivation("gelu").withEosTokenId(3), 5);
    private static final int PICTURES = 3;
    private static final int[][] CAPTIONS = {{1, 4, 5, 3, 0, 0}, {1, 6, 7, 8, 10, 3}, {1, 9, 3, 0, 0, 0}};
    private static final int[][] NAMES = {{1, 4, 3}, {1, 5, 3}, {1, 6, 3}, {1, 7, 3}};

    private final Map<String, INDArray> weights = TinyModel.random(ExpectedTensors.of(CONFIG), 8);
    private final INDArray pixels = TinyModel.gaussian(new Random(9), 1, PICTURES, 3, 8, 8);
    private final int patches = CONFIG.vision().patches();

    /** Two patches of the first picture and one of the last. */
    private Patches chosen() {
        return new Patches(new int[] {0, 1, PICTURES * patches - 1}, new int[] {2, 2, 0});
    }

    @Test
    @DisplayName("adds, for each patch, minus the logarithm of its name's share among all names, over twice the pictures; and the "
            + "gradient of the sum is its slope")
    void slope() {
        weights.get("logit_scale").assign(0.9);
        ClipGraph graph = ClipGraph.withNames(CONFIG, weights, PICTURES, NAMES.length, name -> true);
        ClipGraph.Gradients result = graph.gradients(pixels, CAPTIONS, NAMES, chosen());
        ClipGraph alone = new ClipGraph(CONFIG, weights, PICTURES, PICTURES, name -> true);
        assertEquals(alone.gradients(pixels, CAPTIONS).loss() + ofPatches(graph), result.loss(), 1e-5);
        result.byName().forEach((name, gradient) -> {
            if (!name.endsWith("k_proj.bias")) {
                Slope.assertGradient(name, weights.get(name), gradient,
                        () -> alone.gradients(pixels, CAPTIONS).loss() + ofPatches(graph));
            }
        });
    }

    private double ofPatches(ClipGraph graph) {
        float[][] logits = graph.patchLogits(pixels, NAMES, chosen()).toFloatMatrix();
        double sum = 0;
        for (int row = 0; row < logits.length; row++) {
            double all = 0;
            for (float logit : logits[row]) {
                all += Math.exp(logit);
            }
            sum += Math.log(all) - logits[row][chosen().names()[row]];
        }
        return sum / (2 * PICTURES);
    }

    @Test
    @DisplayName("looks at the patches that W reads: nothing after them changes it")
    void layer() {
        ClipGraph graph = ClipGraph.withNames(CONFIG, weights, PICTURES, NAMES.length, name -> false);
        INDArray before = graph.patchLogits(pixels, NAMES, chosen()).dup();
        weights.get("vision_model.encoder.layers.1.mlp.fc2.bias").addi(3);
        assertEquals(before, graph.patchLogits(pixels, NAMES, chosen()));
        weights.get("vision_model.encoder.layers.0.mlp.fc2.bias").putScalar(0, 3);
        assertEquals(false, before.equalsWithEps(graph.patchLogits(pixels, NAMES, chosen()), 1e-3));
    }

    @Test
    @DisplayName("counts past the class token of each picture: patch 8 of pictures of four is the first of the third, token 11")
    void pastTheClassToken() {
        assertArrayEquals(new int[] {1, 2, 11}, new Patches(new int[] {0, 1, 8}, new int[3]).tokens(4));
    }
}
