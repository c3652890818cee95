package llava4j.language;

import static llava4j.support.Near.assertNear;
import static llava4j.support.Near.distance;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
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

@DisplayName("The rotary embedding")
class RotaryEmbeddingTest {

    private static final double THETA = 10_000;

    /** One head's vectors [T][d], each turned by its position. */
    private static float[][] turned(float[][] x, int[] positions) {
        int size = x[0].length;
        SameDiff graph = SameDiff.create();
        SDVariable input = graph.placeHolder("x", DataType.FLOAT, 1, 1, -1, size);
        RotaryEmbedding rotation = new RotaryEmbedding(graph.placeHolder("cos", DataType.FLOAT, 1, 1, -1, size),
                graph.placeHolder("sin", DataType.FLOAT, 1, 1, -1, size), size);
        rotation.rotate(Scope.root(graph, Map.of(), name -> false), input, 1, 1).rename("y");
        int[][] rows = {positions};
        return graph.output(Map.of("x", Nd4j.createFromArray(new float[][][][] {{x}}),
                        "cos", RotaryEmbedding.cosines(rows, 1, size, THETA),
                        "sin", RotaryEmbedding.sines(rows, 1, size, THETA)), "y").get("y")
                .reshape(positions.length, size).toFloatMatrix();
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    @Test
    @DisplayName("turns feature i together with feature i + d/2 by position · θ^(−2i/d), as plane geometry has it")
    void pairsAreHalvesApart() {
        int size = 6;
        int position = 3;
        for (int feature = 0; feature < size; feature++) {
            float[] unit = new float[size];
            unit[feature] = 1;
            int pair = feature % 3;
            double angle = position * Math.pow(THETA, -2.0 * pair / size);
            double[] expected = new double[size];
            // (1, 0) turns to (cos, sin), (0, 1) to (−sin, cos)
            expected[pair] = feature < 3 ? Math.cos(angle) : -Math.sin(angle);
            expected[pair + 3] = feature < 3 ? Math.sin(angle) : Math.cos(angle);
            float[] y = turned(new float[][] {unit}, new int[] {position})[0];
            for (int i = 0; i < size; i++) {
                assertEquals(expected[i], y[i], 1e-6, "feature " + i + " of unit vector " + feature);
            }
        }
    }

    @Test
    @DisplayName("leaves position 0 as it is, and every vector its length")
    void isARotation() {
        Random random = new Random(1);
        float[][] x = TinyModel.gaussian(random, 1, 3, 8).toFloatMatrix();
        float[][] y = turned(x, new int[] {0, 7, 1000});
        for (int i = 0; i < 8; i++) {
            assertEquals(x[0][i], y[0][i], 1e-6);
        }
        for (int t = 0; t < 3; t++) {
            assertEquals(dot(x[t], x[t]), dot(y[t], y[t]), 1e-4);
        }
    }

    @Test
    @DisplayName("makes a query's score of a key depend on their distance alone")
    void scoresDependOnDistance() {
        float[][] x = TinyModel.gaussian(new Random(2), 1, 2, 8).toFloatMatrix();
        float[][] near = turned(x, new int[] {2, 5});
        float[][] moved = turned(x, new int[] {102, 105});
        float[][] farther = turned(x, new int[] {2, 6});
        assertEquals(dot(near[0], near[1]), dot(moved[0], moved[1]), 1e-4);
        assertTrue(Math.abs(dot(near[0], near[1]) - dot(farther[0], farther[1])) > 1e-2);
    }

    @Test
    @DisplayName("lets a whole text stand five places later, or behind padding, and mean the same")
    void aTextMayBeginAnywhere() {
        DecoderConfig config = TinyModel.config("linear").decoder();
        Map<String, INDArray> weights = TinyModel.weights(TinyModel.config("linear"), 6);
        boolean[][] all = {{true, true, true, true}};
        INDArray text = TinyModel.gaussian(new Random(3), 1, 4, config.hiddenSize());
        INDArray expected = decode(config, weights, text, new int[][] {{0, 1, 2, 3}}, all);
        assertNear(expected, decode(config, weights, text, new int[][] {{5, 6, 7, 8}}, all), 1e-5, "moved by five");
        assertTrue(distance(expected, decode(config, weights, text, new int[][] {{0, 1, 2, 8}}, all)) > 1e-3,
                "a gap before the last word changes nothing");

        INDArray padding = TinyModel.gaussian(new Random(4), 1, 5, config.hiddenSize());
        INDArray behind = decode(config, weights, Nd4j.concat(0, padding, text),
                new int[][] {{0, 1, 2, 3, 4, 5, 6, 7, 8}},
                new boolean[][] {{false, false, false, false, false, true, true, true, true}});
        assertNear(expected, behind.get(org.nd4j.linalg.indexing.NDArrayIndex.interval(5, 9),
                org.nd4j.linalg.indexing.NDArrayIndex.all()), 1e-5, "behind five places of padding");
    }

    private static INDArray decode(DecoderConfig config, Map<String, INDArray> weights, INDArray vectors,
                                   int[][] positions, boolean[][] attends) {
        SameDiff graph = SameDiff.create();
        Scope scope = Scope.root(graph, weights, name -> false).at("language_model");
        SDVariable input = graph.placeHolder("x", DataType.FLOAT, -1, config.hiddenSize());
        new Decoder(config, 1).of(scope, input, DecoderInputs.placeholders(graph, config, 1), List.of()).last()
                .rename("y");
        Map<String, INDArray> values = new HashMap<>(DecoderInputs.values(config, positions, CausalMask.of(attends)));
        values.put("x", vectors);
        return graph.output(values, "y").get("y");
    }
}
