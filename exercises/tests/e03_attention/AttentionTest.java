package e03_attention;

import exercises.Check;
import exercises.Numbers;
import exercises.Reference;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

class AttentionTest {

    @Test
    @Order(1)
    void thereIsOneRowForEachQueryAsLongAsAValue() {
        Numbers numbers = Numbers.of("e03 shape");
        Check.shape("3 queries, 5 keys, values of 2: the result", new double[3][2],
                attention(numbers.matrix(3, 4), numbers.matrix(5, 4), numbers.matrix(5, 2)));
    }

    @Test
    @Order(2)
    void theWeightsOfEachQuerySumToOne() {
        Numbers numbers = Numbers.of("e03 sum");
        double[][] ones = {{1}, {1}, {1}, {1}, {1}};
        double[][] out = attention(numbers.matrix(3, 4), numbers.matrix(5, 4), ones);
        for (int t = 0; t < 3; t++) {
            Check.that(Math.abs(out[t][0] - 1) < 1e-9, "the weights of query " + t + " sum to " + Check.show(out[t][0])
                    + ", not to 1: the softmax runs over all keys of one query");
        }
    }

    @Test
    @Order(3)
    void scoresAreDividedByTheRootOfD() {
        double c = Math.abs(Numbers.of("e03 scale").next());
        // Scores c and 0, values 1 and 0: the result is the first weight, 1 / (1 + exp(-score)).
        double weight = attention(new double[][] {{c, 0, 0, 0}}, new double[][] {{1, 0, 0, 0}, {0, 0, 0, 0}},
                new double[][] {{1}, {0}})[0][0];
        Check.not(1 / (1 + Math.exp(-c)), weight, "the scores are not divided by sqrt(d)");
        Check.not(1 / (1 + Math.exp(-c / 4)), weight, "the scores are divided by d = 4, not by sqrt(d) = 2");
        Check.same("d = 4, scores " + c + "/sqrt(d) and 0: the first weight", 1 / (1 + Math.exp(-c / 2)), weight, 1e-9);
    }

    @Test
    @Order(4)
    void largeScoresStayNumbers() {
        double[][] out = Attention.attention(new double[][] {{1000}}, new double[][] {{1}, {0}},
                new double[][] {{3}, {5}});
        Check.that(!Double.isNaN(out[0][0]), "a score of 1000 gives NaN: subtract the largest score before exp");
        Check.same("scores 1000 and 0, values 3 and 5: the result", 3, out[0][0], 1e-9);
    }

    @Test
    @Order(5)
    void sameAsTorch() {
        Reference torch = Reference.of("e03");
        Check.same("out", torch.matrix("out"),
                attention(torch.matrix("q"), torch.matrix("k"), torch.matrix("v")), 1e-6);
    }

    private static double[][] attention(double[][] q, double[][] k, double[][] v) {
        return Check.noNaN("the result", Attention.attention(q, k, v));
    }
}
