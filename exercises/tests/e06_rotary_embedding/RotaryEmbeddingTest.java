package e06_rotary_embedding;

import exercises.Check;
import exercises.Numbers;
import exercises.Reference;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

class RotaryEmbeddingTest {

    @Test
    @Order(1)
    void positionZeroChangesNothing() {
        double[] x = Numbers.of("e06").vector(8);
        Check.same("a vector at position 0", x, rotate(x.clone(), 0, 10000), 1e-12);
    }

    @Test
    @Order(2)
    void featureIIsPairedWithFeatureIPlusHalf() {
        double[] y = rotate(new double[] {1, 0, 0, 0}, 1, 10000);
        Check.that(!(y[1] != 0 && y[2] == 0), "feature 0 was turned into feature 1: you pair neighbours; LLaMA pairs "
                + "feature i with feature i + d/2, here 0 with 2");
        Check.that(!(y[2] < 0), "[1, 0, 0, 0] turned by 1 radian has a negative feature 2: you turn the other way "
                + "round; the minus belongs to the first half");
        Check.same("[1, 0, 0, 0] at position 1", new double[] {Math.cos(1), 0, Math.sin(1), 0}, y, 1e-9);
    }

    @Test
    @Order(3)
    void eachPairHasItsOwnSpeed() {
        double[] y = rotate(new double[] {0, 1, 0, 0}, 1, 10000);
        double angle = Math.atan2(y[3], y[1]);
        Check.that(Math.abs(angle - 1) > 1e-6, "pair 1 turns as fast as pair 0: its angle is position * base^(-2i/d), "
                + "and -2 * i / d in whole numbers rounds");
        Check.that(Math.abs(angle - 0.1) > 1e-6, "pair 1 of d = 4 turns by 0.1 at position 1, should be 0.01: is the "
                + "exponent -2i/d?");
        Check.same("d = 4, base 10000, position 1: the angle of pair 1", 0.01, angle, 1e-9);
    }

    @Test
    @Order(4)
    void attentionSeesDistancesNotPlaces() {
        Numbers numbers = Numbers.of("e06 distance");
        double[] q = numbers.vector(8);
        double[] k = numbers.vector(8);
        int far = numbers.whole(5, 50);
        double near = dot(rotate(q, 3, 10000), rotate(k, 1, 10000));
        double later = dot(rotate(q, 3 + far, 10000), rotate(k, 1 + far, 10000));
        Check.same("the score of places " + (3 + far) + " and " + (1 + far) + " (should be that of 3 and 1)", near,
                later, 1e-9);
    }

    @Test
    @Order(5)
    void theInputIsLeftAsItIs() {
        double[] x = {1, 2, 3, 4};
        rotate(x, 5, 10000);
        Check.same("your method changed its input: x after the call", new double[] {1, 2, 3, 4}, x, 0);
    }

    @Test
    @Order(6)
    void sameAsApplyRotaryPosEmbInTransformers() {
        Reference llama = Reference.of("e06");
        double[][] x = llama.matrix("x");
        double[][] out = llama.matrix("out");
        for (int t = 0; t < x.length; t++) {
            Check.same("position " + t + ": y", out[t], rotate(x[t], t, llama.number("base")), 1e-6);
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static double[] rotate(double[] x, int position, double base) {
        return Check.noNaN("the turned vector", RotaryEmbedding.rotate(x, position, base));
    }
}
