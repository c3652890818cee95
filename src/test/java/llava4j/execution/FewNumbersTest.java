package llava4j.execution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import llava4j.support.Near;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** SameDiff's own session is the definition; what is computed in Java instead must have the same bits. */
@DisplayName("Few numbers, computed without a call into ND4J, have the same bits:")
class FewNumbersTest {

    private final Random random = new Random(7);

    @ParameterizedTest(name = "{0} with {1}")
    @CsvSource({"1x576, 1x576", "1x576, 576", "576, 1x576", "1x576, 1x1", "1x1, 1x576", "1x1x1, 1x1x9", "3x4, 3x4", "3x4, 4", "3x4, 1x4",
        "3x1, 1x4", "5x1, 1x5", "2x9x1x64, 2x9x1x64", "1x5000, 1x5000", "1, 1"})
    @DisplayName("sums and products of arrays, of whatever shapes")
    void ofTwo(String first, String second) {
        Map<String, BinaryOperator<SDVariable>> operations = Map.of("sum", SDVariable::add, "product", SDVariable::mul);
        operations.forEach((name, operation) -> same(Map.of("a", numbers(first), "b", numbers(second)),
                (graph, in) -> operation.apply(in.get("a"), in.get("b"))));
    }

    @Test
    @DisplayName("sums and products with a number")
    void withANumber() {
        List<UnaryOperator<SDVariable>> operations = List.of(x -> x.add(1e-5), x -> x.mul(0.125), x -> x.mul(-0.3));
        operations.forEach(operation -> same(Map.of("a", numbers("3x7")), (graph, in) -> operation.apply(in.get("a"))));
    }

    @ParameterizedTest
    @CsvSource({"2, 1x3x64x8, 1x3x1x8", "0, 4x5, 2x5", "1, 4x5, 4x1", "1, 300x5, 300x2"})
    @DisplayName("arrays joined along an axis")
    void joined(int axis, String first, String second) {
        same(Map.of("a", numbers(first), "b", numbers(second)), (graph, in) -> graph.concat(axis, in.get("a"), in.get("b")));
    }

    private interface Built {
        SDVariable by(SameDiff graph, Map<String, SDVariable> in);
    }

    private static void same(Map<String, INDArray> values, Built built) {
        SameDiff graph = SameDiff.create();
        Map<String, SDVariable> in = new HashMap<>();
        values.forEach((name, value) -> in.put(name, graph.placeHolder(name, DataType.FLOAT, value.shape())));
        // The results are inputs of another step, and so lie in memory that is used again
        SDVariable first = built.by(graph, in).rename("first");
        graph.math().neg(first).rename("negative");
        Schedule schedule = new Schedule(graph, List.of("first", "negative"));
        for (int run = 0; run < 2; run++) {
            Map<String, INDArray> expected = new LinkedHashMap<>(graph.output(values, List.of("first", "negative")));
            Map<String, INDArray> found = schedule.run(values);
            expected.forEach((name, array) -> {
                assertArrayEquals(array.shape(), found.get(name).shape(), name);
                assertTrue(Near.sameBits(array, found.get(name)), name);
            });
        }
    }

    /** Negative, positive, zero and minus zero, denormal, infinite. */
    private INDArray numbers(String shape) {
        long[] sizes = Arrays.stream(shape.split("x")).mapToLong(Long::parseLong).toArray();
        int count = (int) Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
        float[] special = {0f, -0f, Float.MIN_VALUE, 1e38f, -3e38f};
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = count > 20 && i % 17 == 0 ? special[i / 17 % special.length] : (float) random.nextGaussian();
        }
        return Nd4j.create(numbers, sizes, DataType.FLOAT);
    }
}
