package e17_mlp_projector;

import e17_mlp_projector.MlpProjector.Gradients;
import e17_mlp_projector.MlpProjector.Linear;
import e17_mlp_projector.MlpProjector.Mlp;
import e17_mlp_projector.MlpProjector.Projector;
import exercises.Check;
import exercises.Numbers;
import exercises.Reference;
import java.util.Random;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

class MlpProjectorTest {

    private static final Reference LLAVA = Reference.of("e17");

    @Test
    @Order(1)
    void theProjectionIsThatOfLlavaInTransformers() {
        double[][] h = llava().forward(LLAVA.matrix("z"));
        double[][] right = LLAVA.matrix("h");
        Check.shape("5 patches: the image tokens", right, h);
        Check.noNaN("an image token", h);
        double gap = 0;
        for (int n = 0; n < h.length; n++) {
            for (int d = 0; d < h[n].length; d++) {
                gap = Math.max(gap, Math.abs(h[n][d] - right[n][d]));
            }
        }
        Check.not(withoutGelu(), h, "two matrices without a GELU between them are one matrix: nothing is gained");
        Check.that(gap < 1e-5 || gap > 0.01, "the image tokens are off by " + Check.show(gap)
                + " at most: is your GELU the tanh form? This one is x * (1 + erf(x / sqrt 2)) / 2");
        Check.same("image token h", right, h, 1e-6);
    }

    @Test
    @Order(2)
    void theGradientsOfTheSecondMatrixAreThoseOfTorch() {
        Gradients gradients = llava().gradients(LLAVA.matrix("z"), LLAVA.matrix("dh"));
        Check.same("gradient of b2", LLAVA.vector("db2"), gradients.b2(), 1e-6);
        Check.same("gradient of W2", LLAVA.matrix("dw2"), gradients.w2(), 1e-6);
    }

    @Test
    @Order(3)
    void theGradientsOfTheFirstMatrixAreThoseOfTorch() {
        Gradients gradients = llava().gradients(LLAVA.matrix("z"), LLAVA.matrix("dh"));
        double[][] w2 = LLAVA.matrix("w2");
        double[] flat = new double[w2[0].length];
        for (double[] row : LLAVA.matrix("dh")) {
            for (int k = 0; k < flat.length; k++) {
                for (int o = 0; o < row.length; o++) {
                    flat[k] += row[o] * w2[o][k];
                }
            }
        }
        Check.not(flat, gradients.b1(), "the gradient of b1 is the sum of dg: did dg pass the slope of the GELU, "
                + "gelu'(u)?");
        Check.same("gradient of b1", LLAVA.vector("db1"), gradients.b1(), 1e-6);
        Check.same("gradient of W1", LLAVA.matrix("dw1"), gradients.w1(), 1e-6);
    }

    @Test
    @Order(4)
    void hiddenUnitsBeginDifferent() {
        Mlp mlp = Mlp.random(2, 8, 3, new Random(5));
        double[][] z = {{1, 0}, {0, 1}};
        double[][] dh = {{1, 2, 3}, {3, 2, 1}};
        double[][] w1 = mlp.gradients(z, dh).w1();
        Check.noNaN("the gradient of W1", w1);
        boolean alike = true;
        for (double[] row : w1) {
            alike &= Math.abs(row[0] - w1[0][0]) < 1e-12;
        }
        Check.that(!alike, "all hidden units begin alike and get the same gradient: they would stay alike for ever, "
                + "begin with small random weights");
    }

    @Test
    @Order(5)
    void aStepGoesDownTheSlope() {
        Lesson lesson = new Lesson(Numbers.of("e17 step"), 40);
        Mlp mlp = Mlp.random(8, 24, 6, new Random(1));
        double before = Check.noNaN("the loss before the first step", lesson.loss(mlp));
        MlpProjector.train(mlp, lesson.z, lesson.words, lesson.table, 5, 0.1);
        double after = lesson.loss(mlp);
        Check.noNaN("the loss after five steps", after);
        Check.that(after != before, "five steps did not move the weights");
        Check.that(after < before, "the loss grew: do you go up the slope? (" + Check.show(before) + " before, "
                + Check.show(after) + " after five small steps)");
    }

    @Test
    @Order(6)
    void accuracyIsTheShareOfRightWords() {
        Projector same = new Projector() {
            @Override
            public double[][] forward(double[][] z) {
                return z;
            }

            @Override
            public void descend(double[][] z, double[][] dh, double rate) {
            }
        };
        double share = MlpProjector.accuracy(same, new double[][] {{3, 1}, {0, 2}, {5, 4}, {1, 0}}, new int[] {0, 1, 1, 0},
                new double[][] {{1, 0}, {0, 1}});
        Check.same("three of four words are right: the accuracy", 0.75, share, 1e-12);
    }

    @Test
    @Order(7)
    void theMlpLearnsWhatALinearWCannot() {
        Lesson lesson = new Lesson(Numbers.of("e17 lesson"), 160);
        Lesson exam = new Lesson(lesson, Numbers.of("e17 exam"), 160);
        Linear linear = new Linear(8, 6, new Random(2));
        Mlp mlp = Mlp.random(8, 24, 6, new Random(3));
        MlpProjector.train(linear, lesson.z, lesson.words, lesson.table, 300, 0.3);
        MlpProjector.train(mlp, lesson.z, lesson.words, lesson.table, 300, 0.3);
        Check.noNaN("an image token of the linear W after 300 steps", linear.forward(exam.z));
        Check.noNaN("an image token of the MLP after 300 steps", mlp.forward(exam.z));
        double one = MlpProjector.accuracy(linear, exam.z, exam.words, exam.table);
        double two = MlpProjector.accuracy(mlp, exam.z, exam.words, exam.table);
        Check.noNaN("the accuracy of the linear W", one);
        Check.noNaN("the accuracy of the MLP", two);
        Check.that(two > 0.9, "new pictures after 300 steps: linear " + Check.show(one) + ", MLP " + Check.show(two)
                + "; the MLP should be above 0.9");
        Check.that(one < 0.75, "the linear W has " + Check.show(one) + " on new pictures, more than a linear map can: "
                + "was it trained on the exam?");
    }

    private static Mlp llava() {
        return new Mlp(LLAVA.matrix("w1"), LLAVA.vector("b1"), LLAVA.matrix("w2"), LLAVA.vector("b2"));
    }

    private static double[][] withoutGelu() {
        return affine(affine(LLAVA.matrix("z"), LLAVA.matrix("w1"), LLAVA.vector("b1")), LLAVA.matrix("w2"),
                LLAVA.vector("b2"));
    }

    private static double[][] affine(double[][] z, double[][] w, double[] b) {
        double[][] h = new double[z.length][];
        for (int n = 0; n < z.length; n++) {
            h[n] = b.clone();
            for (int o = 0; o < b.length; o++) {
                for (int i = 0; i < z[n].length; i++) {
                    h[n][o] += w[o][i] * z[n][i];
                }
            }
        }
        return h;
    }

    /** Two things of four colours each; the word is 0 where the colours are the same, else 1. Half of each. */
    private static final class Lesson {

        final double[][] z;
        final int[] words;
        final double[][] table;

        Lesson(Numbers numbers, int rows) {
            this(numbers.matrix(2, 6), numbers, rows);
        }

        Lesson(Lesson like, Numbers numbers, int rows) {
            this(like.table, numbers, rows);
        }

        private Lesson(double[][] table, Numbers numbers, int rows) {
            this.table = table;
            z = new double[rows][8];
            words = new int[rows];
            for (int n = 0; n < rows; n++) {
                words[n] = n % 2;
                int first = numbers.whole(0, 3);
                int second = n % 2 == 0 ? first : (first + numbers.whole(1, 3)) % 4;
                z[n][first] = 2;
                z[n][4 + second] = 2;
                for (int i = 0; i < 8; i++) {
                    z[n][i] += numbers.next() / 10;
                }
            }
        }

        double loss(Projector projector) {
            double[][] h = projector.forward(z);
            double sum = 0;
            for (int n = 0; n < z.length; n++) {
                double right = 0;
                double wrong = 0;
                for (int d = 0; d < h[n].length; d++) {
                    right += table[words[n]][d] * h[n][d];
                    wrong += table[1 - words[n]][d] * h[n][d];
                }
                sum += Math.log(1 + Math.exp(wrong - right));
            }
            return sum / z.length;
        }
    }
}
