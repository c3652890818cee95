package llava4j.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import llava4j.graph.CausalMask;
import llava4j.support.Near;
import llava4j.support.TinyModel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.api.OutAndGrad;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** SameDiff's own session is the definition; the schedule must give the same numbers. */
@DisplayName("A schedule")
class ScheduleTest {

    private static final List<String> TRAINED = List.of("w", "bias", "table");

    private SameDiff graph;

    /** Something of all that has a shortcut: a frozen matrix, products, sums, reshapes, permutations, choices of rows. */
    @BeforeEach
    void build() {
        graph = SameDiff.create();
        SDVariable ids = graph.placeHolder("ids", DataType.INT32, -1);
        SDVariable scale = graph.placeHolder("scale", DataType.FLOAT, -1, 4);
        SDVariable x = graph.gather(graph.var("table", random(1, 7, 4)), ids, 0);
        SDVariable w = graph.var("w", random(2, 4, 4));
        SDVariable frozen = graph.constant("frozen", random(3, 4, 4));
        SDVariable h = graph.mmul(x, w, false, true, false).add(graph.var("bias", random(4, 4)));
        SDVariable turned = graph.permute(graph.reshape(h.mul(scale), -1, 2, 2), 0, 2, 1);
        SDVariable kept = graph.permute(graph.reshape(turned, -1, 4), 0, 1);
        SDVariable y = x.add(graph.mmul(kept, frozen, false, true, false)).mul(h);
        graph.mmul(y, graph.constant("frozen too", random(5, 4, 4))).rename("y").mul(y).sum().rename("loss");
        graph.setLossVariables("loss");
    }

    @Test
    @DisplayName("gives SameDiff's outputs and gradients, whatever the length, one run after another")
    void sameAsTheSession() {
        Schedule schedule = Schedule.ofGradients(graph, List.of("loss", "y"), TRAINED);
        for (int length : new int[] {3, 5, 5, 2, 3}) {
            Map<String, INDArray> values = values(length);
            OutAndGrad expected = graph.calculateGradientsAndOutputs(values, List.of("loss", "y"), TRAINED);
            Map<String, INDArray> found = schedule.run(values);
            for (String name : List.of("loss", "y")) {
                Near.assertNear(expected.getOutputs().get(name), found.get(name), 1e-6, name + " of " + length);
            }
            for (String name : TRAINED) {
                Near.assertNear(expected.getGradients().get(name), found.get(Schedule.gradientOf(graph, name)), 1e-6,
                        "gradient of " + name + " of " + length);
            }
        }
    }

    @Test
    @DisplayName("gives SameDiff's permutations, of dimensions of size 1 too")
    void permutations() {
        for (long[] shape : new long[][] {{1, 1, 3, 4}, {1, 5, 1, 4}, {1, 2, 3, 4}, {2, 1, 3, 4}, {2, 3, 4, 16}}) {
            SameDiff small = SameDiff.create();
            SDVariable x = small.placeHolder("x", DataType.FLOAT, -1, -1, -1, -1);
            small.permute(x.mul(2), 0, 2, 1, 3).mul(1).rename("turned");
            small.permute(x.mul(2), 0, 3, 1, 2).mul(1).rename("last first");
            Map<String, INDArray> values = Map.of("x", random(6, shape));
            Map<String, INDArray> expected = small.output(values, "turned", "last first");
            new Schedule(small, List.of("turned", "last first")).run(values)
                    .forEach((name, found) -> Near.assertNear(expected.get(name), found, 1e-6, name));
        }
    }

    @Test
    @DisplayName("gives the gradient of x times its sigmoid as a number however large x is")
    void largeGates() {
        float[] gates = {-200, -50, -3, 0, 3, 30, 44, 45, 90, 1e4f};
        for (double steepness : new double[] {1, 1.702}) {
            SameDiff activation = SameDiff.create();
            SDVariable x = activation.var("x", Nd4j.createFromArray(gates));
            (steepness == 1 ? activation.nn().swish(x) : activation.nn().gelu(x)).sum().rename("loss");
            activation.setLossVariables("loss");
            Schedule schedule = Schedule.ofGradients(activation, List.of("loss"), List.of("x"));
            INDArray gradient = schedule.run(Map.of()).get(Schedule.gradientOf(activation, "x"));
            for (int i = 0; i < gates.length; i++) {
                double sigmoid = 1 / (1 + Math.exp(-steepness * gates[i]));
                assertEquals(sigmoid + steepness * gates[i] * sigmoid * (1 - sigmoid), gradient.getFloat(i), 1e-6);
            }
        }
    }

    @Test
    @DisplayName("gives activations, softmax, cross-entropy and their gradients as near to float64 as SameDiff's session does")
    void whatIsComputedInVectors() {
        for (int[] size : new int[][] {{1, 3}, {5, 7}, {3, 300}, {40, 2500}}) {
            Map<String, INDArray> values = Map.of("ids", Nd4j.createFromArray(new Random(1).ints(size[0], 0, 4).toArray()),
                    "targets", Nd4j.createFromArray(new Random(2).ints(size[0], 0, size[1]).toArray()));
            List<String> trained = List.of("x", "table");
            OutAndGrad exact = classifier(DataType.DOUBLE, size).calculateGradientsAndOutputs(values, List.of("loss"), trained);
            OutAndGrad session = classifier(DataType.FLOAT, size).calculateGradientsAndOutputs(values, List.of("loss"), trained);
            SameDiff network = classifier(DataType.FLOAT, size);
            Map<String, INDArray> found = Schedule.ofGradients(network, List.of("loss"), trained).run(values);
            assertAsNear(exact.getOutputs().get("loss"), session.getOutputs().get("loss"), found.get("loss"), "loss");
            trained.forEach(name -> assertAsNear(exact.getGradients().get(name), session.getGradients().get(name),
                    found.get(Schedule.gradientOf(network, name)), "gradient of " + name));
        }
    }

    /** Something of all that has a gate, a softmax, a choice of rows and targets. */
    private static SameDiff classifier(DataType type, int[] size) {
        SameDiff network = SameDiff.create();
        SDVariable x = network.var("x", random(7, size[0], size[1]).castTo(type));
        SDVariable gate = network.nn().swish(x).add(network.nn().gelu(x));
        SDVariable chosen = network.gather(network.var("table", random(8, 4, size[1]).castTo(type)),
                network.placeHolder("ids", DataType.INT32, -1), 0);
        SDVariable logits = network.nn().softmax(x.mul(3), -1).mul(gate).add(chosen);
        network.loss().sparseSoftmaxCrossEntropy(logits, network.placeHolder("targets", DataType.INT32, -1)).mean()
                .rename("loss");
        network.setLossVariables("loss");
        return network;
    }

    @Test
    @DisplayName("gives norms, gates and their gradients as near to float64 as SameDiff's session does, each in one step")
    void norms() {
        List<String> trained = List.of("gain", "w", "x");
        for (int[] size : new int[][] {{1, 3}, {5, 16}, {100, 40}, {1100, 64}}) {
            Map<String, INDArray> none = Map.of();
            OutAndGrad exact = normed(DataType.DOUBLE, size).calculateGradientsAndOutputs(none, List.of("loss"), trained);
            OutAndGrad session = normed(DataType.FLOAT, size).calculateGradientsAndOutputs(none, List.of("loss"), trained);
            SameDiff network = normed(DataType.FLOAT, size);
            Schedule schedule = Schedule.ofGradients(network, List.of("loss"), trained);
            assertEquals(2, Pattern.compile("\\brms_norm_bp\\b").matcher(schedule.toString()).results().count(), schedule.toString());
            assertTrue(schedule.toString().contains("swish_multiply_bp"), schedule.toString());
            Map<String, INDArray> found = schedule.run(none);
            assertAsNear(exact.getOutputs().get("loss"), session.getOutputs().get("loss"), found.get("loss"), "loss");
            trained.forEach(name -> assertAsNear(exact.getGradients().get(name), session.getGradients().get(name),
                    found.get(Schedule.gradientOf(network, name)), "gradient of " + name));
            INDArray layers = network.outputSingle(none, "layer_norm");
            Schedule frozen = new Schedule(network, List.of("layer_norm"));
            assertTrue(frozen.toString().contains("layer_norm, "), frozen.toString());
            assertAsNear(normed(DataType.DOUBLE, size).outputSingle(none, "layer_norm"), layers, frozen.run(none).get("layer_norm"),
                    "layer norm");
        }
    }

    @Test
    @DisplayName("turns queries by their positions, and their gradients back, in one step each")
    void rotation() {
        SameDiff network = SameDiff.create();
        SDVariable x = network.var("x", random(7, 2, 3, 5, 4));
        SDVariable turned = network.reshape(network.reshape(x, -1, 4).mmul(network.constant("turn", Nd4j.createFromArray(
                new float[][] {{0, 0, 1, 0}, {0, 0, 0, 1}, {-1, 0, 0, 0}, {0, -1, 0, 0}}))), 2, 3, -1, 4);
        SDVariable y = x.mul(network.placeHolder("cos", DataType.FLOAT, 2, 3, 5, 4))
                .add(turned.mul(network.placeHolder("sin", DataType.FLOAT, 2, 3, 5, 4)));
        y.mul(network.constant("c", random(6, 2, 3, 5, 4))).sum().rename("loss");
        network.setLossVariables("loss");
        Map<String, INDArray> values = Map.of("cos", random(8, 2, 3, 5, 4), "sin", random(9, 2, 3, 5, 4));
        OutAndGrad expected = network.calculateGradientsAndOutputs(values, List.of("loss"), List.of("x"));
        Schedule schedule = Schedule.ofGradients(network, List.of("loss"), List.of("x"));
        assertTrue(schedule.toString().contains("[rotary, ") && schedule.toString().contains("rotary_bp"), schedule.toString());
        Map<String, INDArray> found = schedule.run(values);
        Near.assertNear(expected.getOutputs().get("loss"), found.get("loss"), 1e-5, "loss");
        Near.assertNear(expected.getGradients().get("x"), found.get(Schedule.gradientOf(network, "x")), 1e-6, "gradient");
    }

    @Test
    @DisplayName("attends to a cache where it lies, padded rows and empty places not looked at")
    void cachedAttention() {
        int room = 5;
        for (int tokens : new int[] {1, 3}) {
            for (int cached : new int[] {0, 2, 5}) {
                SameDiff network = SameDiff.create();
                SDVariable[] given = new SDVariable[6];
                Map<String, INDArray> values = new LinkedHashMap<>();
                for (int i = 0; i < 5; i++) {
                    int length = i == 0 || i % 2 == 1 ? tokens : room;
                    given[i] = network.placeHolder("p" + i, DataType.FLOAT, 2, 3, length, 4);
                    values.put("p" + i, random(20 + i, 2, 3, length, 4));
                }
                given[5] = network.placeHolder("mask", DataType.FLOAT, 2, 1, tokens, room + tokens);
                boolean[][] attends = new boolean[2][cached];
                attends[1] = attends[0].clone();
                Arrays.fill(attends[0], true);
                values.put("mask", CausalMask.after(attends, room, tokens));
                SDVariable scores = network.mmul(given[0], network.concat(2, given[2], given[1]), false, true, false);
                network.mmul(network.nn().softmax(scores.add(given[5]), -1), network.concat(2, given[4], given[3])).rename("mixed");
                Schedule schedule = new Schedule(network, List.of("mixed"));
                assertTrue(schedule.toString().contains("1 operations") && schedule.toString().contains("cached_attention"));
                Near.assertNear(network.outputSingle(values, "mixed"), schedule.run(values).get("mixed"), 1e-6, "mixed");
            }
        }
    }

    @Test
    @DisplayName("gives a norm whose parts are asked for as they are")
    void partsOfANorm() {
        SameDiff network = normed(DataType.FLOAT, new int[] {5, 16});
        Schedule schedule = new Schedule(network, List.of("inverse", "normed", "squares"));
        Map<String, INDArray> expected = network.output(Map.of(), "inverse", "normed", "squares");
        schedule.run(Map.of()).forEach((name, found) -> Near.assertNear(expected.get(name), found, 1e-5, name));
    }

    /** A residual stream past two RMS norms and a gate, and a layer norm beside it. */
    private static SameDiff normed(DataType type, int[] size) {
        SameDiff network = SameDiff.create();
        SDVariable x = network.var("x", random(7, size[0], size[1]).castTo(type));
        SDVariable gain = network.reshape(network.var("gain", random(8, size[1]).castTo(type)), 1, -1);
        SDVariable w = network.var("w", random(9, size[1], size[1]).castTo(type));
        SDVariable first = rmsNorm(x, gain, "");
        SDVariable h = x.add(network.mmul(first.rename("normed"), w, false, true, false));
        SDVariable gated = network.nn().swish(network.mmul(rmsNorm(h, gain, " again"), w)).mul(h);
        gated.mul(network.constant("c", random(6, size[0], size[1]).castTo(type))).mean().rename("loss");
        SDVariable centred = x.sub(x.mean(true, 1));
        SDVariable inverse = network.math().rsqrt(centred.mul(centred).mean(true, 1).add(1e-5));
        centred.mul(inverse.mmul(gain)).add(network.constant("bias", random(5, size[1]).castTo(type))).mul(1).rename("layer_norm");
        network.setLossVariables("loss");
        return network;
    }

    private static SDVariable rmsNorm(SDVariable x, SDVariable gain, String name) {
        SDVariable inverse = x.getSameDiff().math().rsqrt(x.mul(x).rename("squares" + name).mean(true, 1).add(1e-5));
        return x.mul(inverse.rename("inverse" + name).mmul(gain));
    }

    private static void assertAsNear(INDArray exact, INDArray session, INDArray found, String what) {
        double rounding = 1e-6 * Math.max(1, exact.amaxNumber().doubleValue());
        double allowed = Math.max(rounding, 1.5 * session.castTo(DataType.DOUBLE).sub(exact).amaxNumber().doubleValue());
        Near.assertNear(exact, found.castTo(DataType.DOUBLE), allowed, what);
    }

    @Test
    @DisplayName("gives what a mask hides a weight of exactly zero, and the rest weights that add up to one")
    void maskedWeights() {
        SameDiff network = SameDiff.create();
        SDVariable scores = network.constant("scores", Nd4j.createFromArray(new float[][] {{1, 2, -1e9f}, {-1e9f, -1e9f, 5}}));
        network.nn().softmax(scores, -1).rename("weights");
        INDArray weights = new Schedule(network, List.of("weights")).run(Map.of()).get("weights");
        double e = Math.exp(-1);
        Near.assertNear(Nd4j.createFromArray(new float[][] {{(float) (e / (1 + e)), (float) (1 / (1 + e)), 0}, {0, 0, 1}}), weights,
                1e-7, "weights");
        assertEquals(0, weights.getFloat(0, 2));
        assertEquals(0, weights.getFloat(1, 0));
    }

    @Test
    @DisplayName("gives a token that is ever so unlikely a loss, where ND4J's is infinite")
    void unlikelyToken() {
        SameDiff network = SameDiff.create();
        SDVariable logits = network.constant("logits", Nd4j.createFromArray(new float[][] {{0, 200, 0}}));
        network.loss().sparseSoftmaxCrossEntropy(logits, network.constant(Nd4j.createFromArray(2))).mean().rename("loss");
        assertEquals(200, new Schedule(network, List.of("loss")).run(Map.of()).get("loss").getDouble(0));
    }

    @Test
    @DisplayName("uses the same memory again, once it has seen its longest batch")
    void reusesMemory() {
        Schedule schedule = new Schedule(graph, List.of("y"));
        schedule.run(values(5));
        INDArray first = schedule.run(values(3)).get("y");
        schedule.run(values(5));
        assertSame(first, schedule.run(values(3)).get("y"));
    }

    @Test
    @DisplayName("sees weights that were changed in place")
    void weightsAreShared() {
        Schedule schedule = new Schedule(graph, List.of("loss"));
        double before = schedule.run(values(3)).get("loss").getDouble(0);
        graph.getVariable("w").getArr().muli(2);
        double after = schedule.run(values(3)).get("loss").getDouble(0);
        assertEquals(graph.output(values(3), "loss").get("loss").getDouble(0), after, 1e-4);
        assertEquals(false, before == after);
    }

    @Test
    @DisplayName("names the placeholder that was forgotten")
    void missingPlaceholder() {
        Schedule schedule = new Schedule(graph, List.of("loss"));
        assertEquals("no value for placeholder scale", assertThrows(IllegalArgumentException.class,
                () -> schedule.run(Map.of("ids", Nd4j.createFromArray(1, 2)))).getMessage());
    }

    private static Map<String, INDArray> values(int length) {
        Map<String, INDArray> values = new LinkedHashMap<>();
        values.put("ids", Nd4j.createFromArray(new Random(length).ints(length, 0, 7).toArray()));
        values.put("scale", random(length, length, 4));
        return values;
    }

    private static INDArray random(long seed, long... shape) {
        return TinyModel.gaussian(new Random(seed), 1, shape);
    }
}
