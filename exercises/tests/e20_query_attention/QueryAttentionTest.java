package e20_query_attention;

import e20_query_attention.QueryAttention.Weights;
import exercises.Check;
import exercises.Numbers;
import exercises.Reference;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

class QueryAttentionTest {

    private static final double[][] ONE = {{1, 0}, {0, 1}};
    private static final double[][] ZERO = {{0, 0}, {0, 0}};

    @Test
    @Order(1)
    void theResultHasARowForEachQueryHoweverManyPatches() {
        Numbers numbers = Numbers.of("e20");
        Weights weights = new Weights(numbers.matrix(4, 4), numbers.matrix(4, 4), numbers.matrix(4, 4));
        for (int patches : new int[] {5, 9}) {
            Check.shape("2 queries and " + patches + " patches: the result", new double[2][4], QueryAttention.attend(
                    new double[][] {{1, 0, 0, 0}, {0, 1, 0, 0}}, new double[patches][4], weights, 2));
        }
    }

    @Test
    @Order(2)
    void aQueryThatLikesAllPatchesTakesTheirMean() {
        double[][] out = QueryAttention.attend(new double[][] {{0, 0}}, new double[][] {{2, 10}, {4, 30}},
                new Weights(ONE, ONE, ONE), 1);
        Check.same("equal scores, values (2, 10) and (4, 30): the result", new double[][] {{3, 20}}, out, 1e-9);
    }

    @Test
    @Order(3)
    void eachHeadHasItsOwnColumnsAndItsOwnSoftmax() {
        double[][] asks = {{1, 1}};
        double[][] told = {{2, 0}, {0, 2}};
        double[][] out = QueryAttention.attend(asks, told, new Weights(ONE, ONE, ONE), 2);
        double high = Math.exp(2) / (Math.exp(2) + 1);
        double wide = Math.exp(2 / Math.sqrt(2)) / (Math.exp(2 / Math.sqrt(2)) + 1);
        Check.not(new double[][] {{1, 1}}, out, "the heads look as one: each has its own columns and its own softmax");
        Check.not(new double[][] {{2 * wide, 2 * wide}}, out, "divided by the square root of D: each head divides by that "
                + "of its own size");
        Check.same("two heads of one column, scores 2 and 0 in each: the result", new double[][] {{2 * high, 2 * high}}, out,
                1e-9);
    }

    @Test
    @Order(4)
    void largeScoresDoNoHarm() {
        double[][] out = QueryAttention.attend(new double[][] {{1000, 0}}, new double[][] {{1, 0}, {2, 0}},
                new Weights(ONE, ONE, ONE), 1);
        Check.that(Double.isFinite(out[0][0]), "the result is not a number: subtract the largest score before exp");
        Check.same("scores far apart: the result (should be the second patch)", new double[][] {{2, 0}}, out, 1e-9);
    }

    @Test
    @Order(5)
    void theQueriesLookAtEachOtherFirst() {
        double[][] queries = {{1, 0}, {3, 4}};
        double[][] z = {{0, 0}};
        double[][] out = QueryAttention.layer(queries, z, new Weights(ZERO, ZERO, ONE), new Weights(ZERO, ZERO, ZERO), 1);
        Check.not(queries, out, "a query does not see the others: add its attention to all queries");
        Check.not(new double[][] {{2, 2}, {2, 2}}, out, "the residual is missing: the queries are added to what they see");
        Check.not(new double[2][2], out, "the residual is missing: the queries are added to what they see");
        Check.same("equal scores, a picture that says nothing: the result", new double[][] {{3, 2}, {5, 6}}, out, 1e-9);
    }

    @Test
    @Order(6)
    void thenTheyAskThePicture() {
        // Alone, a query sees itself: x is twice ln 2. The scores of the patches are then x and 0, their weights 4/5 and 1/5
        double[][] column = {{1}};
        double[][] out = QueryAttention.layer(new double[][] {{Math.log(2)}}, new double[][] {{1}, {0}},
                new Weights(column, column, column), new Weights(column, column, column), 1);
        double x = 2 * Math.log(2);
        Check.not(new double[][] {{x + 2.0 / 3}}, out, "the second attention asks with the queries as they came: it asks "
                + "with x, after they have looked at each other");
        Check.not(new double[][] {{4.0 / 5}}, out, "the residual is missing in the second attention");
        Check.same("one query ln 2, patches 1 and 0: the result", new double[][] {{x + 4.0 / 5}}, out, 1e-9);
    }

    @Test
    @Order(7)
    void sameAsInTorch() {
        Reference torch = Reference.of("e20");
        double[][][] own = torch.get("own", double[][][].class);
        double[][][] cross = torch.get("cross", double[][][].class);
        Weights eyes = new Weights(cross[0], cross[1], cross[2]);
        Check.same("two heads over the patches", torch.matrix("seen"),
                QueryAttention.attend(torch.matrix("queries"), torch.matrix("z"), eyes, 2), 1e-8);
        Check.same("the layer", torch.matrix("out"), QueryAttention.layer(torch.matrix("queries"), torch.matrix("z"),
                new Weights(own[0], own[1], own[2]), eyes, 2), 1e-8);
    }
}
