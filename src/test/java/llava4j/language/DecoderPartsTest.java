package llava4j.language;

import static llava4j.support.Near.assertNear;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;
import llava4j.graph.CausalMask;
import llava4j.graph.Scope;
import llava4j.support.TinyModel;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

@DisplayName("The parts of a decoder layer, worked out by hand")
class DecoderPartsTest {

    private static float[][] run(Map<String, INDArray> weights, INDArray x, BiFunction<Scope, SDVariable, SDVariable> part) {
        SameDiff graph = SameDiff.create();
        SDVariable input = graph.placeHolder("x", DataType.FLOAT, -1, x.size(1));
        part.apply(Scope.root(graph, weights, name -> false), input).rename("y");
        return graph.output(Map.of("x", x), "y").get("y").toFloatMatrix();
    }

    @Test
    @DisplayName("RMS norm: (3, 4) has root mean square √12.5; ε stands under the root")
    void rmsNorm() {
        Map<String, INDArray> gain = Map.of("weight", Nd4j.createFromArray(1f, 2f));
        float[] y = run(gain, Nd4j.createFromArray(new float[][] {{3, 4}}), (s, x) -> RmsNorm.of(s, x, 0))[0];
        assertArrayEquals(new float[] {(float) (3 / Math.sqrt(12.5)), (float) (8 / Math.sqrt(12.5))}, y, 1e-6f);
        // with x = 0.1 and ε = 0.03: 0.1 / √(0.01 + 0.03) = 0.5, and not 0.1 / (√0.01 + 0.03)
        float[] small = run(gain, Nd4j.createFromArray(new float[][] {{.1f, .1f}}), (s, x) -> RmsNorm.of(s, x, 0.03))[0];
        assertArrayEquals(new float[] {.5f, 1}, small, 1e-6f);
    }

    @Test
    @DisplayName("RMS norm treats every token by itself and takes no mean off")
    void rmsNormKeepsTheMean() {
        Map<String, INDArray> gain = Map.of("weight", Nd4j.createFromArray(1f, 1f));
        float[][] y = run(gain, Nd4j.createFromArray(new float[][] {{5, 5}, {-1, 1}}), (s, x) -> RmsNorm.of(s, x, 0));
        assertArrayEquals(new float[] {1, 1}, y[0], 1e-6f);
        assertArrayEquals(new float[] {-1, 1}, y[1], 1e-6f);
    }

    @Test
    @DisplayName("SwiGLU: the activation x·σ(x) is on the gate, and not on the other branch")
    void swiGlu() {
        Map<String, INDArray> weights = Map.of("gate_proj.weight", Nd4j.createFromArray(new float[][] {{2}}),
                "up_proj.weight", Nd4j.createFromArray(new float[][] {{-3}}),
                "down_proj.weight", Nd4j.createFromArray(new float[][] {{0.5f}}));
        double gate = 2 / (1 + Math.exp(-2));       // silu(2·1)
        assertArrayEquals(new float[] {(float) (0.5 * gate * -3)},
                run(weights, Nd4j.createFromArray(new float[][] {{1}}), SwiGlu::of)[0], 1e-6f);
    }

    @Test
    @DisplayName("grouped-query attention: query heads 0 and 1 share key head 0, heads 2 and 3 share key head 1")
    void neighbouringQueryHeadsShareAKeyHead() {
        DecoderConfig grouped = TinyModel.config("linear").decoder();
        DecoderConfig full = grouped.withKeyValueHeads(4);
        Map<String, INDArray> weights = new LinkedHashMap<>();
        Random random = new Random(5);
        weights.put("q_proj.weight", TinyModel.gaussian(random, .5, 16, 8));
        weights.put("o_proj.weight", TinyModel.gaussian(random, .5, 8, 16));
        Map<String, INDArray> written = new LinkedHashMap<>(weights);
        for (String name : new String[] {"k_proj.weight", "v_proj.weight"}) {
            INDArray heads = TinyModel.gaussian(random, .5, 8, 8);
            weights.put(name, heads);
            // The same, every key head written out for each of its query heads
            INDArray first = heads.get(NDArrayIndex.interval(0, 4), NDArrayIndex.all());
            INDArray second = heads.get(NDArrayIndex.interval(4, 8), NDArrayIndex.all());
            written.put(name, Nd4j.concat(0, first, first, second, second));
        }
        INDArray x = TinyModel.gaussian(random, 1, 5, 8);
        assertNear(attention(full, written, x), attention(grouped, weights, x), 1e-5, "mixed tokens");
    }

    private static INDArray attention(DecoderConfig config, Map<String, INDArray> weights, INDArray x) {
        SameDiff graph = SameDiff.create();
        SDVariable input = graph.placeHolder("x", DataType.FLOAT, -1, 8);
        new CausalSelfAttention(config, 1).of(Scope.root(graph, weights, name -> false), input,
                DecoderInputs.placeholders(graph, config, 1), null).mixed().rename("y");
        Map<String, INDArray> values = new HashMap<>(DecoderInputs.values(config, new int[][] {{0, 1, 2, 3, 4}},
                CausalMask.of(new boolean[][] {{true, true, true, true, true}})));
        values.put("x", x);
        return graph.output(values, "y").get("y");
    }
}
