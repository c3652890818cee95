package e05_rms_norm;

import exercises.Check;
import exercises.Numbers;
import exercises.Reference;
import java.util.Arrays;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

class RmsNormTest {

    @Test
    @Order(1)
    void theResultHasRootMeanSquareOne() {
        double[] x = Numbers.of("e05").vector(6);
        double[] y = Check.noNaN("the result", RmsNorm.rmsNorm(x.clone(), ones(6), 0));
        Check.shape("a vector of 6: the result", x, y);
        double rms = Math.sqrt(Arrays.stream(y).map(v -> v * v).average().orElse(0));
        Check.not(1 / Math.sqrt(6), rms, "it is the mean of the squares that stands under the root: you take the sum");
        Check.same("gain 1, eps 0: the root mean square of the result", 1, rms, 1e-9);
    }

    @Test
    @Order(2)
    void aVectorOfEqualNumbersIsNotFlattened() {
        double[] y = RmsNorm.rmsNorm(new double[] {3, 3, 3, 3}, ones(4), 0);
        Check.that(!(Double.isNaN(y[0]) || Math.abs(y[0]) < 1e-9), "[3, 3, 3, 3] became " + y[0]
                + ": do you subtract the mean? That is layer norm");
        Check.same("[3, 3, 3, 3] normalised", ones(4), y, 1e-9);
    }

    @Test
    @Order(3)
    void eachFeatureHasItsOwnGain() {
        double[] gain = Numbers.of("e05 gain").vector(4);
        double[] y = Check.noNaN("the result", RmsNorm.rmsNorm(new double[] {1, 1, 1, 1}, gain, 0));
        Check.not(ones(4), y, "the gain is not used");
        Check.same("[1, 1, 1, 1] with a gain (should be the gain)", gain, y, 1e-9);
    }

    @Test
    @Order(4)
    void epsilonKeepsZerosFromBecomingNaN() {
        double[] y = RmsNorm.rmsNorm(new double[4], ones(4), 1e-6);
        Check.that(!Double.isNaN(y[0]), "a vector of zeros gives NaN: eps is not used");
        double small = RmsNorm.rmsNorm(new double[] {1, -1}, ones(2), 3)[0];
        Check.not(0.25, small, "eps stands under the root: √(1 + 3) is 2, you have √1 + 3 = 4".replace("√", "sqrt "));
        Check.same("x = [1, -1], eps = 3: the first number", 0.5, small, 1e-9);
    }

    @Test
    @Order(5)
    void theInputIsLeftAsItIs() {
        double[] x = {1, 2, 3};
        RmsNorm.rmsNorm(x, ones(3), 1e-6);
        Check.same("your method changed its input: x after the call", new double[] {1, 2, 3}, x, 0);
    }

    @Test
    @Order(6)
    void sameAsLlamaRmsNormInTransformers() {
        Reference llama = Reference.of("e05");
        Check.same("out", llama.vector("out"),
                RmsNorm.rmsNorm(llama.vector("x"), llama.vector("gain"), llama.number("eps")), 1e-6);
    }

    private static double[] ones(int n) {
        double[] ones = new double[n];
        Arrays.fill(ones, 1);
        return ones;
    }
}
