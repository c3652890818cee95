package e18_resampler;

import e18_resampler.Resampler.Gradients;
import exercises.Check;
import exercises.Numbers;
import exercises.Reference;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

class ResamplerTest {

    private static final Reference TORCH = Reference.of("e18");

    @Test
    @Order(1)
    void anyNumberOfPatchesMakesTheSameNumberOfTokens() {
        Numbers numbers = Numbers.of("e18");
        Resampler resampler = new Resampler(numbers.matrix(2, 3), numbers.matrix(3, 4), numbers.matrix(5, 4));
        for (int patches : new int[] {1, 4, 9}) {
            Check.shape(patches + " patches, M = 2, D = 5: the image tokens", new double[2][5],
                    resampler.forward(numbers.matrix(patches, 4)));
        }
    }

    @Test
    @Order(2)
    void thePatchesCompeteForAQuery() {
        Numbers numbers = Numbers.of("e18 weights");
        double[][] z = numbers.matrix(6, 4);
        for (double[] row : z) {
            row[0] = 1;
        }
        // Wv reads the first feature, which is 1 in every patch: a token is then the sum of its weights.
        double[][] h = new Resampler(numbers.matrix(2, 3), numbers.matrix(3, 4), new double[][] {{1, 0, 0, 0}}).forward(z);
        Check.noNaN("an image token", h);
        Check.that(Math.abs(h[0][0] - 1) < 1e-9 && Math.abs(h[1][0] - 1) < 1e-9, "the weights of query 0 sum to "
                + Check.show(h[0][0]) + ": the softmax runs over the patches, not over the queries");
    }

    @Test
    @Order(3)
    void theScoresAreDividedByTheRootOfD() {
        double[][] z = {{1, 0}, {0, 1}};
        double[][] wk = {{2, 0}, {0, 0}, {0, 0}, {0, 0}};
        double weight = new Resampler(new double[][] {{1, 0, 0, 0}}, wk, new double[][] {{1, 0}}).forward(z)[0][0];
        Check.same("d = 4, a score of 2/sqrt(d) and one of 0: the first weight (are the scores divided by sqrt(d)?)",
                1 / (1 + Math.exp(-1)), weight, 1e-9);
    }

    @Test
    @Order(4)
    void theOrderOfThePatchesDoesNotMatter() {
        Numbers numbers = Numbers.of("e18 order");
        Resampler resampler = new Resampler(numbers.matrix(2, 3), numbers.matrix(3, 4), numbers.matrix(5, 4));
        double[][] z = numbers.matrix(4, 4);
        Check.same("patches in another order: h", resampler.forward(z),
                resampler.forward(new double[][] {z[2], z[0], z[3], z[1]}), 1e-9);
    }

    @Test
    @Order(5)
    void theTokensAreThoseOfTorch() {
        Check.same("h", TORCH.matrix("h"), torch().forward(TORCH.matrix("z")), 1e-6);
    }

    @Test
    @Order(6)
    void theGradientOfWvIsThatOfTorch() {
        Gradients gradients = torch().gradients(TORCH.matrix("z"), TORCH.matrix("dh"));
        Check.same("gradient of Wv", TORCH.matrix("dwv"), gradients.wv(), 1e-6);
    }

    @Test
    @Order(7)
    void theGradientsThroughTheSoftmaxAreThoseOfTorch() {
        // Equal values in all patches: where a query looks makes no difference, so the gradient of the queries is 0.
        double[][] alike = {{1, 2}, {1, -1}, {1, 3}};
        Gradients none = new Resampler(new double[][] {{1, 2}}, new double[][] {{0, 1}, {1, 1}}, new double[][] {{1, 0}})
                .gradients(alike, new double[][] {{1}});
        Check.noNaN("the gradient of the queries", none.queries());
        Check.that(Math.abs(none.queries()[0][0]) < 1e-9, "all values are equal, yet the query gets a gradient of "
                + Check.show(none.queries()[0][0]) + ": ds lacks its second term, weights that sum to 1 push each other");
        Gradients gradients = torch().gradients(TORCH.matrix("z"), TORCH.matrix("dh"));
        Check.same("gradient of the queries", TORCH.matrix("dqueries"), gradients.queries(), 1e-6);
        Check.same("gradient of Wk", TORCH.matrix("dwk"), gradients.wk(), 1e-6);
    }

    @Test
    @Order(8)
    void everyQueryBeginsDifferent() {
        double[][] h = Resampler.random(2, 4, 6, 5, new Random(7)).forward(Numbers.of("e18 random").matrix(5, 6));
        Check.noNaN("an image token", h);
        boolean same = true;
        for (int d = 0; d < 5; d++) {
            same &= Math.abs(h[0][d] - h[1][d]) < 1e-12;
        }
        Check.that(!same, "image tokens 0 and 1 are the same: begin with another random vector for every query, else "
                + "they stay the same for ever");
    }

    @Test
    @Order(9)
    void itLearnsToLookAtTheMark() {
        Lesson lesson = new Lesson(Numbers.of("e18 lesson"), 120);
        Lesson exam = new Lesson(Numbers.of("e18 exam"), 120);
        Resampler resampler = Resampler.random(2, 4, 6, 5, new Random(11));
        resampler.train(lesson.pictures, lesson.words, Lesson.TABLE, 30, 0.1);
        double share = exam.share(resampler);
        Check.that(share > 0.9, "after 30 epochs the word is right for " + Check.show(share) + " of new pictures, "
                + "should be above 0.9 (guessing gives 0.25)");
    }

    private static Resampler torch() {
        return new Resampler(TORCH.matrix("queries"), TORCH.matrix("wk"), TORCH.matrix("wv"));
    }

    /** Pictures of 4 to 7 patches: features 0 to 3 tell the colour, 4 the mark, 5 is always 1. */
    private static final class Lesson {

        static final double[][] TABLE = {{1, -1, 0, 0, 1}, {-1, 1, 0, 1, 0}, {0, 0, 1, -1, 1}, {1, 0, -1, 1, 0}};
        final double[][][] pictures;
        final int[] words;

        Lesson(Numbers numbers, int count) {
            pictures = new double[count][][];
            words = new int[count];
            for (int i = 0; i < count; i++) {
                pictures[i] = new double[numbers.whole(4, 7)][6];
                int marked = numbers.whole(0, pictures[i].length - 1);
                for (int n = 0; n < pictures[i].length; n++) {
                    int colour = numbers.whole(0, 3);
                    Arrays.setAll(pictures[i][n], f -> numbers.next() / 10);
                    pictures[i][n][colour] += 2;
                    pictures[i][n][4] += n == marked ? 2 : 0;
                    pictures[i][n][5] = 1;
                    words[i] = n == marked ? colour : words[i];
                }
            }
        }

        double share(Resampler resampler) {
            int right = 0;
            for (int i = 0; i < pictures.length; i++) {
                double[] logits = new double[TABLE.length];
                for (double[] token : Check.noNaN("an image token after 30 epochs", resampler.forward(pictures[i]))) {
                    for (int v = 0; v < logits.length; v++) {
                        for (int d = 0; d < token.length; d++) {
                            logits[v] += TABLE[v][d] * token[d];
                        }
                    }
                }
                int best = 0;
                for (int v = 1; v < logits.length; v++) {
                    best = logits[v] > logits[best] ? v : best;
                }
                right += best == words[i] ? 1 : 0;
            }
            return (double) right / pictures.length;
        }
    }
}
