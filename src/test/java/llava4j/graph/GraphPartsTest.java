package llava4j.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import llava4j.support.Near;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

@DisplayName("What every graph is made of, worked out by hand")
class GraphPartsTest {

    private static double activated(String name, float x) {
        SameDiff graph = SameDiff.create();
        Activation.of(name, graph.placeHolder("x", DataType.FLOAT, 1)).rename("y");
        return graph.output(Map.of("x", Nd4j.createFromArray(new float[] {x})), "y").get("y").getDouble(0);
    }

    @Test
    @DisplayName("gelu is x·Φ(x) with the normal distribution's table, quick_gelu is x·σ(1.702x): they differ")
    void twoKindsOfGelu() {
        // Φ(1) = 0.8413447, Φ(−2) = 0.0227501, from any table of the normal distribution
        assertEquals(0.8413447, activated("gelu", 1), 1e-6);
        assertEquals(-2 * 0.0227501, activated("gelu", -2), 1e-6);
        assertEquals(1 / (1 + Math.exp(-1.702)), activated("quick_gelu", 1), 1e-6);
        assertEquals(-2 / (1 + Math.exp(2 * 1.702)), activated("quick_gelu", -2), 1e-6);
        assertEquals(3, activated("relu", 3), 0);
        assertEquals(0, activated("relu", -2), 0);
        assertThrows(IllegalArgumentException.class, () -> activated("tanh", 1));
    }

    @Test
    @DisplayName("the linear map multiplies by the transpose of W as PyTorch stores it, and adds the bias if there is one")
    void linear() {
        Map<String, INDArray> weights = new LinkedHashMap<>();
        weights.put("a.weight", Nd4j.createFromArray(new float[][] {{1, 2}, {3, 4}, {5, 6}}));
        weights.put("a.bias", Nd4j.createFromArray(10f, 20f, 30f));
        weights.put("b.weight", weights.get("a.weight"));
        SameDiff graph = SameDiff.create();
        SDVariable x = graph.placeHolder("x", DataType.FLOAT, -1, 2);
        Scope root = Scope.root(graph, weights, name -> false);
        Linear.of(root.at("a"), x).rename("with");
        Linear.of(root.at("b"), x).rename("without");
        Map<String, INDArray> out = graph.output(Map.of("x", Nd4j.createFromArray(new float[][] {{1, -1}})), "with", "without");
        assertArrayEquals(new float[] {9, 19, 29}, out.get("with").toFloatVector());
        assertArrayEquals(new float[] {-1, -1, -1}, out.get("without").toFloatVector());
    }

    @Test
    @DisplayName("attention is softmax(Q Kᵀ / √d + M) V: what the mask hides has no share, and the shares add up to one")
    void attention() {
        SameDiff graph = SameDiff.create();
        SDVariable q = graph.placeHolder("q", DataType.FLOAT, 1, 1, 1, 4);
        SDVariable k = graph.placeHolder("k", DataType.FLOAT, 1, 1, 3, 4);
        SDVariable v = graph.placeHolder("v", DataType.FLOAT, 1, 1, 3, 1);
        SDVariable mask = graph.placeHolder("m", DataType.FLOAT, 1, 1, 1, 3);
        Attention.attend(q, k, v, mask, 4).rename("y");
        // Scores are 2·log 3 / 2 and 0 for the first two keys: shares 3/4 and 1/4. The third would win, but is hidden.
        float score = (float) (2 * Math.log(3));
        double y = graph.output(Map.of("q", Nd4j.createFromArray(new float[][][][] {{{{1, 0, 0, 0}}}}),
                "k", Nd4j.createFromArray(new float[][][][] {{{{score, 9, 9, 9}, {0, 9, 9, 9}, {99, 0, 0, 0}}}}),
                "v", Nd4j.createFromArray(new float[][][][] {{{{4}, {8}, {1000}}}}),
                "m", Nd4j.createFromArray(new float[][][][] {{{{0, 0, CausalMask.HIDDEN}}}})), "y").get("y").getDouble(0);
        assertEquals(4 * 0.75 + 8 * 0.25, y, 1e-5);
    }

    @Test
    @DisplayName("splitting into heads and joining again gives back what was there; a head is a run of features")
    void heads() {
        SameDiff graph = SameDiff.create();
        SDVariable x = graph.placeHolder("x", DataType.FLOAT, -1, 6);
        SDVariable heads = Attention.splitHeads(x, 2, 3, 2).rename("heads");
        Attention.joinHeads(heads, 3, 2).rename("joined");
        INDArray tokens = Nd4j.arange(24).castTo(DataType.FLOAT).reshape(4, 6).dup('c');
        Map<String, INDArray> out = graph.output(Map.of("x", tokens), "heads", "joined");
        assertEquals(tokens, out.get("joined"));
        assertArrayEquals(new long[] {2, 3, 2, 2}, out.get("heads").shape());
        // Second row of the batch, head 1, token 0: features 2 and 3 of the third line
        assertEquals(14, out.get("heads").getDouble(1, 1, 0, 0));
        assertEquals(15, out.get("heads").getDouble(1, 1, 0, 1));
    }

    @Test
    @DisplayName("the causal mask: token t sees token s where s ≤ t and s is not padding")
    void causalMask() {
        float no = CausalMask.HIDDEN;
        INDArray mask = CausalMask.of(new boolean[][] {{true, true, true}, {false, true, true}});
        assertArrayEquals(new long[] {2, 1, 3, 3}, mask.shape());
        assertArrayEquals(new float[] {0, no, no, 0, 0, no, 0, 0, 0, no, no, no, no, 0, no, no, 0, 0},
                mask.ravel().toFloatVector());
        assertTrue(Float.isFinite(no) && no < -1e8);
    }

    @Test
    @DisplayName("the mask of one more token: it sees the real tokens of the cache and itself, and no empty place")
    void maskOfOneMoreToken() {
        float no = CausalMask.HIDDEN;
        INDArray mask = CausalMask.after(new boolean[][] {{true, true}, {false, true}}, 4, 1);
        assertArrayEquals(new long[] {2, 1, 1, 5}, mask.shape());
        assertArrayEquals(new float[] {0, 0, no, no, 0, no, 0, no, no, 0}, mask.ravel().toFloatVector());
    }

    @Test
    @DisplayName("a scope's path is the parameter's name; trained parameters are variables, the others constants of the same array")
    void scope() {
        INDArray array = Nd4j.createFromArray(1f, 2f);
        Map<String, INDArray> weights = Map.of("a.layers.1.b.weight", array, "a.frozen", Nd4j.createFromArray(3f));
        SameDiff graph = SameDiff.create();
        Scope root = Scope.root(graph, weights, name -> name.endsWith("weight"));
        SDVariable weight = root.at("a.layers", 1).at("b").weight("weight");
        assertEquals("a.layers.1.b.weight", weight.name());
        assertFalse(weight.isConstant());
        assertTrue(root.at("a").weight("frozen").isConstant());
        assertTrue(root.at("a").has("frozen"));
        assertFalse(root.at("a").has("weight"));
        array.putScalar(0, 7);
        assertEquals(7, weight.getArr().getDouble(0), "the graph looks at a copy");
        assertThrows(IllegalArgumentException.class, () -> root.weight("nothing"));
    }

    @Test
    @DisplayName("a view is refused, because SameDiff would train a copy of it")
    void viewsAreRefused() {
        INDArray view = Nd4j.createFromArray(new float[][] {{1, 2}, {3, 4}}).getRow(1);
        Scope scope = Scope.root(SameDiff.create(), Map.of("w", view), name -> true);
        assertThrows(IllegalStateException.class, () -> scope.weight("w"));
    }

    @Test
    @DisplayName("fresh parameters: gains 1, biases 0, matrices with deviation 1/√(3n); the same seed, the same numbers")
    void initializer() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put("a.weight", new long[] {200, 75});
        shapes.put("a.bias", new long[] {200});
        shapes.put("a_norm.weight", new long[] {5});
        shapes.put("embed_tokens.weight", new long[] {300, 40});
        shapes.put("logit_scale", new long[] {});
        Map<String, INDArray> weights = Initializer.random(shapes, name -> 0.1, 3);
        assertEquals(1 / 15.0, weights.get("a.weight").stdNumber().doubleValue(), 2e-3);
        assertEquals(0.1, weights.get("embed_tokens.weight").stdNumber().doubleValue(), 4e-3);
        assertEquals(Nd4j.zeros(DataType.FLOAT, 200), weights.get("a.bias"));
        assertEquals(Nd4j.ones(DataType.FLOAT, 5), weights.get("a_norm.weight"));
        assertEquals(1 / 0.07, Math.exp(weights.get("logit_scale").getDouble(0)), 1e-4);
        assertTrue(Near.sameBits(weights.get("a.weight"), Initializer.random(shapes, name -> 0.1, 3).get("a.weight")));
        assertFalse(Near.sameBits(weights.get("a.weight"), Initializer.random(shapes, name -> 0.1, 4).get("a.weight")));
        assertEquals(List.copyOf(shapes.keySet()), List.copyOf(weights.keySet()));
    }
}
