package llava4j.vision;

import static llava4j.support.Near.assertNear;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import llava4j.graph.LayerNorm;
import llava4j.graph.Scope;
import llava4j.support.TinyModel;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

@DisplayName("The parts of the encoder, worked out by hand")
class EncoderPartsTest {

    @Test
    @DisplayName("layer norm: (1, 3) has mean 2 and variance 1, the one divided by the number of features")
    void layerNorm() {
        SameDiff graph = SameDiff.create();
        Map<String, INDArray> weights = Map.of("weight", Nd4j.createFromArray(2f, 3f), "bias", Nd4j.createFromArray(5f, 7f));
        SDVariable x = graph.placeHolder("x", DataType.FLOAT, -1, 2);
        LayerNorm.of(Scope.root(graph, weights, name -> false), x, 0).rename("y");
        // (1, 3) and (10, 30) are the same once centred and scaled
        float[][] y = graph.output(Map.of("x", Nd4j.createFromArray(new float[][] {{1, 3}, {10, 30}})), "y").get("y")
                .toFloatMatrix();
        assertArrayEquals(new float[] {-2 + 5, 3 + 7}, y[0], 1e-5f);
        assertArrayEquals(new float[] {-2 + 5, 3 + 7}, y[1], 1e-5f);
    }

    @Test
    @DisplayName("layer norm: ε stands beside the variance, under the root")
    void layerNormEpsilon() {
        SameDiff graph = SameDiff.create();
        Map<String, INDArray> weights = Map.of("weight", Nd4j.createFromArray(1f, 1f), "bias", Nd4j.createFromArray(0f, 0f));
        SDVariable x = graph.placeHolder("x", DataType.FLOAT, -1, 2);
        LayerNorm.of(Scope.root(graph, weights, name -> false), x, 3).rename("y");
        assertArrayEquals(new float[] {-.5f, .5f},
                graph.output(Map.of("x", Nd4j.createFromArray(new float[][] {{1, 3}})), "y").get("y").toFloatVector(), 1e-6f);
    }

    @Test
    @DisplayName("patches run row by row, a patch's numbers channel by channel; the class token comes first, positions are added")
    void patchEmbedding() {
        VisionConfig config = VisionConfig.VIT_B_32.withImageSize(4).withPatchSize(2).withHiddenSize(1).withHeads(1);
        Random random = new Random(1);
        INDArray kernel = TinyModel.gaussian(random, 1, 1, 3, 2, 2);
        INDArray pixels = TinyModel.gaussian(random, 1, 2, 3, 4, 4);
        Map<String, INDArray> weights = new LinkedHashMap<>();
        weights.put("patch_embedding.weight", kernel);
        weights.put("class_embedding", Nd4j.createFromArray(0.25f));
        weights.put("position_embedding.weight", Nd4j.createFromArray(new float[][] {{100}, {200}, {300}, {400}, {500}}));
        SameDiff graph = SameDiff.create();
        PatchEmbedding.of(Scope.root(graph, weights, name -> false),
                graph.placeHolder("x", DataType.FLOAT, 2, 3, 4, 4), config, 2).rename("y");
        INDArray y = graph.output(Map.of("x", pixels), "y").get("y");
        assertArrayEquals(new long[] {10, 1}, y.shape());
        for (int picture = 0; picture < 2; picture++) {
            assertEquals(100.25, y.getDouble(5 * picture, 0), 1e-4);
            for (int patch = 0; patch < 4; patch++) {
                double sum = 0;
                for (int c = 0; c < 3; c++) {
                    for (int row = 0; row < 2; row++) {
                        for (int column = 0; column < 2; column++) {
                            sum += kernel.getDouble(0, c, row, column)
                                    * pixels.getDouble(picture, c, patch / 2 * 2 + row, patch % 2 * 2 + column);
                        }
                    }
                }
                assertEquals(sum + 100 * (patch + 2), y.getDouble(5 * picture + 1 + patch, 0), 1e-4,
                        "picture " + picture + ", patch " + patch);
            }
        }
    }

    @Test
    @DisplayName("without a mask every token sees every other: shuffled patches give shuffled outputs")
    void anEncoderLayerKnowsNoOrder() {
        Map<String, INDArray> weights = new LinkedHashMap<>();
        Random random = new Random(2);
        for (String name : new String[] {"q_proj", "k_proj", "v_proj", "out_proj"}) {
            weights.put("self_attn." + name + ".weight", TinyModel.gaussian(random, .4, 6, 6));
            weights.put("self_attn." + name + ".bias", TinyModel.gaussian(random, .4, 6));
        }
        for (String name : new String[] {"layer_norm1", "layer_norm2"}) {
            weights.put(name + ".weight", TinyModel.gaussian(random, 1, 6));
            weights.put(name + ".bias", TinyModel.gaussian(random, .4, 6));
        }
        weights.put("mlp.fc1.weight", TinyModel.gaussian(random, .4, 9, 6));
        weights.put("mlp.fc1.bias", TinyModel.gaussian(random, .4, 9));
        weights.put("mlp.fc2.weight", TinyModel.gaussian(random, .4, 6, 9));
        weights.put("mlp.fc2.bias", TinyModel.gaussian(random, .4, 6));
        SameDiff graph = SameDiff.create();
        EncoderLayer.of(Scope.root(graph, weights, name -> false), graph.placeHolder("x", DataType.FLOAT, -1, 6), null, 1, 2,
                6, "gelu", 1e-5).rename("y");
        INDArray x = TinyModel.gaussian(random, 1, 4, 6);
        INDArray y = graph.output(Map.of("x", x), "y").get("y");
        int[] order = {2, 0, 3, 1};
        INDArray shuffled = graph.output(Map.of("x", Nd4j.pullRows(x, 1, order)), "y").get("y");
        assertNear(Nd4j.pullRows(y, 1, order), shuffled, 1e-5, "shuffled outputs");
    }
}
