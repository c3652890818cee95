package e23_training_step;

import exercises.Check;
import exercises.Numbers;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

class TrainingStepTest {

    /** Token 0 is given; 1 and 2 are scored, and token 3 is not. */
    private static final int[] LABELS = {-100, 1, 2, -100};

    @Test
    @Order(1)
    void whoFindsAllWordsEquallyLikelyHasTheLossOfGuessing() {
        int words = Numbers.of("e23").whole(3, 9);
        double loss = loss(new double[4][words], LABELS);
        Check.not(2 * Math.log(words), loss, "you return the sum: it is the mean over the scored tokens");
        Check.not(Math.log(words) / 2, loss, "you divide by all tokens: only 2 of the 4 are scored");
        Check.not(-Math.log(words), loss, "the sign is wrong: the loss is minus the logarithm of a probability");
        Check.same(words + " words, all equally likely: the loss (should be log " + words + ")", Math.log(words), loss, 1e-9);
    }

    @Test
    @Order(2)
    void rowTIsAboutTokenTPlusOne() {
        // Rows 0 and 1 expect the words 1 and 2, which come next; as labels of their own rows they would be wrong
        double[][] logits = {{0, 9, 0}, {0, 0, 9}, {9, 0, 0}, {9, 0, 0}};
        double right = Math.log(1 + 2 * Math.exp(-9));
        double loss = loss(logits, LABELS);
        Check.that(loss < 1, "the loss is " + Check.show(loss) + " where each next word was expected: row t is about token t + 1, "
                + "and you compare it with token t");
        Check.same("each next word expected with 9: the loss", right, loss, 1e-9);
        double far = TrainingStep.loss(new double[][] {{2000, 0}, {0, 0}}, new int[] {-100, 0});
        Check.that(!Double.isNaN(far), "a logit of 2000 gives NaN: subtract the largest logit before exp");
    }

    @Test
    @Order(3)
    void theGradientOfTheLogitsIsWhatWasSaidMinusWhatIsRight() {
        double[][] gradient = Check.noNaN("the gradient of the logits", TrainingStep.gradientOfLogits(new double[4][4], LABELS));
        double[][] right = {{0.125, -0.375, 0.125, 0.125}, {0.125, 0.125, -0.375, 0.125}, {0, 0, 0, 0}, {0, 0, 0, 0}};
        double[][] summed = new double[4][4];
        double[][] probabilities = new double[4][4];
        double[][] up = new double[4][4];
        for (int t = 0; t < 4; t++) {
            for (int v = 0; v < 4; v++) {
                summed[t][v] = 2 * right[t][v];
                probabilities[t][v] = t < 2 ? 0.125 : 0;
                up[t][v] = -right[t][v];
            }
        }
        Check.shape("4 tokens, 4 words: the gradient of the logits", right, gradient);
        Check.not(summed, gradient, "the loss is a mean: divide by the 2 tokens that are scored");
        Check.not(probabilities, gradient, "1 is missing: the right word's probability is taken minus 1");
        Check.not(up, gradient, "the sign is wrong: probability minus 1 at the right word, the probability at all others");
        Check.same("all words equally likely, 2 of 4 tokens scored: the gradient of the logits", right, gradient, 1e-9);
    }

    @Test
    @Order(4)
    void theGradientOfWIsItsSlope() {
        Numbers numbers = Numbers.of("e23 slope");
        double[][] z = numbers.matrix(4, 3);
        double[][] table = numbers.matrix(5, 2);
        double[][] dlogits = numbers.matrix(4, 5);
        double[][] slope = new double[2][3];
        double[][] last = new double[2][3];
        for (int o = 0; o < 2; o++) {
            for (int i = 0; i < 3; i++) {
                for (int t = 0; t < 4; t++) {
                    for (int v = 0; v < 5; v++) {
                        // The logits are linear in W: what w[o][i] adds to logit v of token t is table[v][o] z[t][i]
                        slope[o][i] += dlogits[t][v] * table[v][o] * z[t][i];
                        last[o][i] += t == 3 ? dlogits[t][v] * table[v][o] * z[t][i] : 0;
                    }
                }
            }
        }
        double[][] dw = TrainingStep.gradientOfW(z, table, dlogits);
        Check.shape("W [2, 3]: its gradient", slope, dw);
        Check.not(last, dw, "the gradient of W is that of the last token alone: the tokens add up");
        Check.same("the gradient of W", slope, dw, 1e-9);
    }

    @Test
    @Order(5)
    void adamsFirstStepIsAsLongForAll() {
        double[] w = {1, 1, 1};
        double[] m = new double[3];
        double[] v = new double[3];
        TrainingStep.step(w, new double[] {0.5, -0.0005, 40}, m, v, 1, 0.01);
        Check.noNaN("w after the first step", w);
        Check.not(new double[] {1.01, 0.99, 1.01}, rounded(w), "you go up the slope: the step is subtracted");
        Check.that(Math.abs(w[0] - 1) < 0.03 && Math.abs(w[0] - 1) > 0.0001, "the first step moves w from 1 to " + Check.show(w[0])
                + ": divide m by 1 - beta1^step and v by 1 - beta2^step, both began at 0");
        Check.same("gradients 0.5, -0.0005 and 40, rate 0.01: w after the first step", new double[] {0.99, 1.01, 0.99}, w, 1e-5);
        TrainingStep.step(w, new double[] {0.5, -0.0005, 40}, m, v, 2, 0.01);
        Check.not(new double[] {0.99, 1.01, 0.99}, rounded(w), "the second step does not move");
        Check.same("the same gradients again: w after the second step (are m and v kept?)", new double[] {0.98, 1.02, 0.98}, w, 1e-5);
    }

    @Test
    @Order(6)
    void twoHundredStepsTeachWTheWords() {
        Numbers numbers = Numbers.of("e23 lesson");
        double[][] z = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {0, 0, 0}};
        int[] labels = {-100, numbers.whole(0, 3), numbers.whole(0, 3), numbers.whole(0, 3)};
        double[][] table = {{1, 1}, {1, -1}, {-1, 1}, {-1, -1}};
        double[] w = new double[6];
        double[] m = new double[6];
        double[] v = new double[6];
        for (int step = 1; step <= 200; step++) {
            double[][] dw = TrainingStep.gradientOfW(z, table, TrainingStep.gradientOfLogits(logits(w, z, table), labels));
            TrainingStep.step(w, new double[] {dw[0][0], dw[0][1], dw[0][2], dw[1][0], dw[1][1], dw[1][2]}, m, v, step, 0.05);
        }
        double loss = loss(logits(w, z, table), labels);
        Check.that(loss < 0.05, "after 200 steps the loss is " + Check.show(loss) + ", should be below 0.05");
    }

    private static double[][] logits(double[] w, double[][] z, double[][] table) {
        double[][] logits = new double[z.length][table.length];
        for (int t = 0; t < z.length; t++) {
            for (int v = 0; v < table.length; v++) {
                for (int o = 0; o < 2; o++) {
                    for (int i = 0; i < 3; i++) {
                        logits[t][v] += table[v][o] * w[3 * o + i] * z[t][i];
                    }
                }
            }
        }
        return Check.noNaN("a logit", logits);
    }

    private static double loss(double[][] logits, int[] labels) {
        return Check.noNaN("the loss", TrainingStep.loss(logits, labels));
    }

    private static double[] rounded(double[] numbers) {
        double[] rounded = new double[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            rounded[i] = Math.round(1e4 * numbers[i]) / 1e4;
        }
        return rounded;
    }
}
