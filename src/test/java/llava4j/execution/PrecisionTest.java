package llava4j.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import llava4j.error.UserError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A gated layer and a product of stacked matrices, as a decoder has them. With a build of the profile bf16. */
class PrecisionTest {

    private static final int ROWS = 96;
    private static final int WIDTH = 128;
    /** What rounding both factors to 8 significant bits may change, of a sum's length: 2 · 2⁻⁹. */
    private static final double ROUNDING = 1.0 / 256;

    private final Map<String, INDArray> arrays = new HashMap<>();

    PrecisionTest() {
        Nd4j.getRandom().setSeed(5);
        arrays.put("x", Nd4j.randn(DataType.FLOAT, ROWS, WIDTH));
        arrays.put("gate", Nd4j.randn(DataType.FLOAT, 3 * WIDTH, WIDTH).divi(Math.sqrt(WIDTH)));
        arrays.put("up", Nd4j.randn(DataType.FLOAT, 3 * WIDTH, WIDTH).divi(Math.sqrt(WIDTH)));
        arrays.put("down", Nd4j.randn(DataType.FLOAT, WIDTH, 3 * WIDTH).divi(Math.sqrt(3 * WIDTH)));
    }

    @AfterEach
    void backToFloat32() {
        Precision.ofTraining(Precision.FLOAT32);
        Precision.ofAnswers(Precision.FLOAT32);
    }

    @Test
    void aBuildWithoutTheLibrarySaysHowToGetIt() {
        assumeFalse(Bfloat16Product.available());
        UserError refused = assertThrows(UserError.class, () -> Precision.ofTraining(Precision.BFLOAT16));
        assertTrue(refused.getMessage().contains("-Pbf16"), refused.getMessage());
        assertEquals(Precision.FLOAT32, Precision.ofTraining());
    }

    @Test
    void gradientsInBfloat16AreThoseInFloat32ButForTheRounding() {
        assumeTrue(Bfloat16Product.available());
        Map<String, INDArray> exact = gradients();
        Precision.ofTraining(Precision.BFLOAT16);
        Map<String, INDArray> rounded = gradients();
        for (String name : arrays.keySet()) {
            double distance = exact.get(name).sub(rounded.get(name)).norm2Number().doubleValue();
            double length = exact.get(name).norm2Number().doubleValue();
            // five products follow each other, whose errors add up as random ones do; with margin
            assertTrue(distance <= 4 * ROUNDING * length, name + " differs by " + distance / length);
        }
    }

    @Test
    void largeGatesHaveAFiniteGradient() {
        assumeTrue(Bfloat16Product.available());
        arrays.get("gate").muli(100);
        Precision.ofTraining(Precision.BFLOAT16);
        gradients().forEach((name, gradient) -> assertTrue(Double.isFinite(gradient.sumNumber().doubleValue()), name));
    }

    @Test
    void theSameGradientComesTwice() {
        assumeTrue(Bfloat16Product.available());
        Precision.ofTraining(Precision.BFLOAT16);
        Map<String, INDArray> first = gradients();
        Map<String, INDArray> second = gradients();
        first.forEach((name, gradient) -> assertEquals(gradient, second.get(name), name));
    }

    @Test
    void answersWithStoredWeightsLoseWhatTheRoundingOfFeaturesTakes() {
        assumeTrue(Bfloat16Product.available());
        INDArray w = Nd4j.randn(DataType.FLOAT, 1100, WIDTH).castTo(DataType.BFLOAT16);
        List<INDArray> given = List.of(arrays.get("x").getRows(3), arrays.get("x").getRows(0, 1, 2), arrays.get("x"));
        List<INDArray> exact = products(given, w);
        Precision.ofAnswers(Precision.BFLOAT16);
        List<INDArray> rounded = products(given, w);
        for (int i = 0; i < given.size(); i++) {
            double distance = exact.get(i).sub(rounded.get(i)).norm2Number().doubleValue() / exact.get(i).norm2Number().doubleValue();
            assertTrue(distance > 0 && distance <= ROUNDING / 2, given.get(i).size(0) + " rows differ by " + distance);
        }
    }

    /** x Wᵀ of one graph for all x, the first of them twice. */
    private static List<INDArray> products(List<INDArray> given, INDArray w) {
        SameDiff graph = EmptyGraph.create();
        SDVariable x = graph.placeHolder("x", DataType.FLOAT, -1, WIDTH);
        byRow(graph, x, graph.constant("w", w).castTo(DataType.FLOAT)).rename("y");
        Schedule schedule = new Schedule(graph, List.of("y"));
        schedule.run(Map.of("x", given.get(0)));
        return given.stream().map(rows -> schedule.run(Map.of("x", rows)).get("y").dup()).toList();
    }

    /** y = down (silu(gate x) ∘ (up x)), then scores y yᵀ of four stacks of rows, and their mean square. */
    private Map<String, INDArray> gradients() {
        SameDiff graph = EmptyGraph.create();
        Map<String, SDVariable> v = new HashMap<>();
        arrays.forEach((name, array) -> v.put(name, graph.var(name, array.dup())));
        SDVariable gated = graph.nn().swish(byRow(graph, v.get("x"), v.get("gate")))
                .mul(byRow(graph, v.get("x"), v.get("up")));                                    // [N, 3D]
        SDVariable y = byRow(graph, gated, v.get("down"));                              // [N, D]
        SDVariable stacked = y.reshape(4, ROWS / 4, WIDTH);                                      // [4, N/4, D]
        SDVariable scores = stacked.mmul(stacked.permute(0, 2, 1));                              // [4, N/4, N/4]
        scores.mul(scores).mean().rename("loss");
        graph.setLossVariables("loss");
        Schedule schedule = Schedule.ofGradients(graph, List.of("loss"), List.copyOf(arrays.keySet()));
        Map<String, INDArray> result = schedule.run(Map.of());
        Map<String, INDArray> gradients = new HashMap<>();
        arrays.keySet().forEach(name -> gradients.put(name, result.get(Schedule.gradientOf(graph, name)).dup()));
        return gradients;
    }

    /** x Wᵀ */
    private static SDVariable byRow(SameDiff graph, SDVariable x, SDVariable w) {
        return graph.mmul(x, w, false, true, false);
    }
}
