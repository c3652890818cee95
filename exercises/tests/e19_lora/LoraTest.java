package e19_lora;

import exercises.Check;
import exercises.Numbers;
import exercises.Reference;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

class LoraTest {

    @Test
    @Order(1)
    void theFirstStepBeginsFromTheModelAsItWas() {
        Lora.Adapter first = Lora.begin(6, 4, 2, new Random(1));
        Check.shape("in 6, out 4, r 2: A", new double[2][6], first.a());
        Check.shape("in 6, out 4, r 2: B", new double[4][2], first.b());
        Check.noNaN("A", first.a());
        Check.noNaN("B", first.b());
        Check.that(zero(first.b()) || !zero(first.a()), "A is zero and B is not: in LoRA B begins with zeros");
        Check.that(zero(first.b()), "B is not zero: the layer computes something else before the first step");
        Check.that(!zero(first.a()), "A and B are both zero: neither would ever get a gradient");
        Check.that(!Arrays.deepEquals(first.a(), Lora.begin(6, 4, 2, new Random(2)).a()),
                "two seeds give the same A: draw it from the random numbers that are handed in");
    }

    @Test
    @Order(2)
    void theCorrectionIsAddedToWhatWSays() {
        double[][] y = Lora.forward(new double[][] {{3}}, new double[][] {{10}},
                new Lora.Adapter(new double[][] {{1}, {2}}, new double[][] {{1, 1}}), 4);
        Check.not(new double[][] {{66}}, y, "the correction counts alpha times: it counts alpha / r times");
        Check.not(new double[][] {{78}}, y, "W x is scaled as well: alpha / r belongs to the correction alone");
        Check.not(new double[][] {{18}}, y, "W x is missing: the frozen matrix still speaks");
        Check.same("x 3, W 10, A (1, 2), B (1, 1), alpha 4: y", new double[][] {{48}}, y, 1e-12);
    }

    @Test
    @Order(3)
    void mergedItDoesTheSame() {
        Numbers numbers = Numbers.of("e19");
        double[][] x = numbers.matrix(3, 5);
        double[][] w = numbers.matrix(4, 5);
        Lora.Adapter adapter = new Lora.Adapter(numbers.matrix(2, 5), numbers.matrix(4, 2));
        double[][] before = Arrays.stream(w).map(double[]::clone).toArray(double[][]::new);
        double[][] merged = Lora.merge(w, adapter, 6);
        Check.shape("W [4, 5]: the merged matrix", w, merged);
        Check.that(Arrays.deepEquals(before, w), "merge changed w: copy its rows first, w[o].clone()");
        Lora.Adapter nothing = new Lora.Adapter(new double[2][5], new double[4][2]);
        Check.same("the merged matrix alone, against W with its adapter: y", Lora.forward(x, w, adapter, 6),
                Lora.forward(x, merged, nothing, 6), 1e-9);
    }

    @Test
    @Order(4)
    void bothMatricesAreTrained() {
        long count = Lora.parameters(4096, 4096, 16);
        Check.that(count == 131_072, "in 4096, out 4096, r 16: you count " + count
                + " parameters, but A has 65,536 and B has as many");
        Check.that(Lora.parameters(10, 3, 2) == 26, "in 10, out 3, r 2: A has 20 parameters and B has 6, you count "
                + Lora.parameters(10, 3, 2));
    }

    @Test
    @Order(5)
    void sameAsInTorch() {
        Reference torch = Reference.of("e19");
        Lora.Adapter adapter = new Lora.Adapter(torch.matrix("a"), torch.matrix("b"));
        Check.same("y", torch.matrix("y"), Lora.forward(torch.matrix("x"), torch.matrix("w"), adapter,
                torch.number("alpha")), 1e-9);
        Check.same("the merged matrix", torch.matrix("merged"), Lora.merge(torch.matrix("w"), adapter,
                torch.number("alpha")), 1e-9);
    }

    private static boolean zero(double[][] matrix) {
        return Arrays.stream(matrix).flatMapToDouble(Arrays::stream).allMatch(x -> x == 0);
    }
}
