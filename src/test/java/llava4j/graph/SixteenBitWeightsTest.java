package llava4j.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import llava4j.execution.EmptyGraph;
import llava4j.execution.Schedule;
import llava4j.execution.SixteenBits;
import llava4j.support.Near;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Weights that stay in 16 bits give the results of float32 weights, bit for bit. */
class SixteenBitWeightsTest {

    @BeforeEach
    void seed() {
        Nd4j.getRandom().setSeed(7);
    }

    @ParameterizedTest
    @CsvSource({"BFLOAT16, 1, 512, 48", "BFLOAT16, 1, 576, 1000", "BFLOAT16, 1, 1536, 577", "BFLOAT16, 5, 576, 96",
        "HALF, 1, 512, 48", "HALF, 1, 640, 1003", "HALF, 3, 64, 32", "BFLOAT16, 1, 65537, 17"})
    void aProductIsThatOfTheWidenedMatrix(DataType type, int rows, int width, int outputs) {
        INDArray stored = Nd4j.randn(DataType.FLOAT, outputs, width).castTo(type);
        INDArray x = Nd4j.randn(DataType.FLOAT, rows, width);
        assertSameBits(run(stored, x, w -> w), run(stored, x, w -> w.castTo(DataType.FLOAT)));
        INDArray plain = x.mmul(stored.castTo(DataType.FLOAT).transpose());
        assertEquals(0, run(stored, x, w -> w).get("y").sub(plain).norm2Number().doubleValue()
                / plain.norm2Number().doubleValue(), 1e-5);
    }

    @Test
    void tokenAfterTokenNoMoreMemoryIsTaken() {
        INDArray stored = Nd4j.randn(DataType.FLOAT, 1000, 576).castTo(DataType.BFLOAT16);
        INDArray x = Nd4j.randn(DataType.FLOAT, 1, 576);
        SameDiff graph = EmptyGraph.create();
        SDVariable input = graph.placeHolder("x", DataType.FLOAT, -1, 576);
        graph.mmul(input, Scope.root(graph, Map.of("w", stored), name -> false).weight("w"), false, true, false).rename("y");
        Schedule schedule = new Schedule(graph, List.of("y"));
        schedule.run(Map.of("x", x));
        long before = Pointer.totalBytes();
        for (int token = 0; token < 200; token++) {
            schedule.run(Map.of("x", x));
        }
        long grown = Pointer.totalBytes() - before;
        // Two tiles more at the most, one for each of two cores; a tile of 256 KB for each token would be 50 MB
        assertTrue(grown < 4_000_000, grown + " bytes more");
    }

    private static Map<String, INDArray> run(INDArray stored, INDArray x, UnaryOperator<INDArray> kept) {
        SameDiff graph = EmptyGraph.create();
        Scope scope = Scope.root(graph, Map.of("w", kept.apply(stored)), name -> false);
        SDVariable input = graph.placeHolder("x", DataType.FLOAT, -1, x.size(1));
        graph.mmul(input, scope.weight("w"), false, true, false).rename("y");
        return new Schedule(graph, List.of("y")).run(Map.of("x", x));
    }

    @ParameterizedTest
    @EnumSource(names = {"BFLOAT16", "HALF"})
    void rowsOfATableAreWidenedWhereTheyAreLookedUp(DataType type) {
        INDArray table = Nd4j.randn(DataType.FLOAT, 9, 6).castTo(type);
        SameDiff graph = EmptyGraph.create();
        SDVariable ids = graph.placeHolder("ids", DataType.INT32, -1);
        Scope.root(graph, Map.of("table", table), name -> false).rows("table", ids).rename("rows");
        Schedule schedule = new Schedule(graph, List.of("rows"));
        INDArray rows = schedule.run(Map.of("ids", Nd4j.createFromArray(7, 0, 7))).get("rows");
        assertEquals(table.castTo(DataType.FLOAT).getRows(7, 0, 7), rows);
        assertTrue(schedule.bytes() < 9 * 6 * Float.BYTES * 3, "the whole table was widened");
    }

    @ParameterizedTest
    @EnumSource(names = {"BFLOAT16", "HALF"})
    void theGradientThroughAFrozenMatrixIsTheSame(DataType type) {
        INDArray frozen = Nd4j.randn(DataType.FLOAT, 24, 16).castTo(type);
        INDArray w = Nd4j.randn(DataType.FLOAT, 16, 16);
        INDArray x = Nd4j.randn(DataType.FLOAT, 3, 16);
        Map<String, INDArray> half = step(Map.of("frozen", frozen, "w", w), x);
        Map<String, INDArray> full = step(Map.of("frozen", frozen.castTo(DataType.FLOAT), "w", w), x);
        assertSameBits(half, full);
    }

    private static Map<String, INDArray> step(Map<String, INDArray> weights, INDArray x) {
        SameDiff graph = EmptyGraph.create();
        Scope scope = Scope.root(graph, weights, name -> name.equals("w"));
        SDVariable h = graph.mmul(graph.placeHolder("x", DataType.FLOAT, -1, 16), scope.weight("w"), false, true, false);
        SDVariable y = graph.mmul(graph.nn().tanh(h), scope.weight("frozen"), false, true, false);
        y.mul(y).sum().rename("loss");
        graph.setLossVariables("loss");
        Schedule schedule = Schedule.ofGradients(graph, List.of("loss"), List.of("w"));
        schedule.run(Map.of("x", x));
        Map<String, INDArray> out = schedule.run(Map.of("x", x));
        return Map.of("loss", out.get("loss"), "gradient", out.get(Schedule.gradientOf(graph, "w")));
    }

    @Test
    void whatIsTrainedIsNotKeptInSixteenBits() {
        Scope scope = Scope.root(EmptyGraph.create(), Map.of("w", Nd4j.ones(DataType.BFLOAT16, 2, 2)), name -> true);
        assertThrows(IllegalStateException.class, () -> scope.weight("w"));
    }

    @Test
    void everyNumberOfEitherFormatWidensAsNd4jWidensIt() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float half = SixteenBits.ofFloat16((short) bits);
            int exponent = bits >> 10 & 31;
            int fraction = bits & 1023;
            double expected = (bits >> 15 == 0 ? 1 : -1) * (exponent == 0 ? fraction * 0x1p-24
                    : exponent == 31 ? fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN
                    : (1024 + fraction) * Math.pow(2, exponent - 25));
            assertEquals((float) expected, half, 0f);
            assertEquals(bits << 16, Float.floatToRawIntBits(SixteenBits.ofBfloat16((short) bits)));
        }
    }

    private static void assertSameBits(Map<String, INDArray> one, Map<String, INDArray> other) {
        one.forEach((name, array) -> assertTrue(Near.sameBits(array, other.get(name)), name));
    }
}
