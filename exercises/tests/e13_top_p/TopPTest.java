package e13_top_p;

import exercises.Check;
import exercises.Numbers;
import exercises.Reference;
import java.util.Arrays;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

class TopPTest {

    private static final double[] LOGITS = {Math.log(0.15), Math.log(0.45), Math.log(0.1), Math.log(0.3)};

    @Test
    @Order(1)
    void withPOneNothingIsCut() {
        Check.same("logits of 0.15, 0.45, 0.1, 0.3 with p = 1: probability", new double[] {0.15, 0.45, 0.1, 0.3},
                nucleus(LOGITS.clone(), 1, 1), 1e-9);
    }

    @Test
    @Order(2)
    void theLikeliestAreKeptUntilTheirSumReachesP() {
        double[] kept = nucleus(LOGITS.clone(), 1, 0.5);
        Check.shape("the result", LOGITS, kept);
        Check.that(!(kept[2] > 0 && kept[1] == 0), "you keep the unlikely tokens: sort the largest first");
        Check.that(!(kept[1] > 0 && kept[3] == 0), "0.45 alone is below p = 0.5, yet 0.3 was dropped: the token that "
                + "crosses p is kept too");
        Check.that(kept[0] == 0 && kept[2] == 0, "0.45 and 0.3 reach p = 0.5: the others should be 0, you have "
                + Arrays.toString(kept));
        double sum = Arrays.stream(kept).sum();
        Check.that(Math.abs(sum - 1) < 1e-9, "the kept probabilities sum to " + Check.show(sum)
                + ": divide them by their sum");
        Check.same("probability", new double[] {0, 0.6, 0, 0.4}, kept, 1e-9);
    }

    @Test
    @Order(3)
    void aSmallPKeepsOneToken() {
        Check.same("p = 0.01: probability", new double[] {0, 1, 0, 0}, nucleus(LOGITS.clone(), 1, 0.01), 1e-9);
    }

    @Test
    @Order(4)
    void aHighTemperatureFlattens() {
        double[] hot = nucleus(new double[] {0, 2}, 4, 1);
        Check.not(1 / (1 + Math.exp(8)), hot[0], "a higher temperature makes the choice flatter: divide the logits by it");
        Check.same("logits 0 and 2, temperature 4: the first probability", 1 / (1 + Math.exp(0.5)), hot[0], 1e-9);
        double[] large = TopP.nucleus(new double[] {5000, 0}, 1, 1);
        Check.that(!Double.isNaN(large[0]), "a logit of 5000 gives NaN: subtract the largest logit before exp");
    }

    @Test
    @Order(5)
    void aTokenIsDrawnAsOftenAsItsProbabilitySays() {
        double[] p = {0, 0.25, 0, 0.75};
        int first = TopP.draw(p, 0);
        Check.that(p[first] > 0, "token " + first + " has probability 0 and was drawn with u = 0: compare with >, not >=");
        Check.that(TopP.draw(p, 0.2) == 1 && TopP.draw(p, 0.26) == 3, "probabilities 0, 0.25, 0, 0.75: u = 0.2 should "
                + "draw token 1 and u = 0.26 token 3; you draw " + TopP.draw(p, 0.2) + " and " + TopP.draw(p, 0.26));
        Check.that(TopP.draw(new double[] {0.3, 0.69999999, 0}, 0.99999999999) == 1, "rounding left the sum below u: "
                + "the last token with a probability above 0 should be drawn");
    }

    @Test
    @Order(6)
    void onlyKeptTokensAreDrawn() {
        Numbers numbers = Numbers.of("e13");
        double[] p = nucleus(numbers.vector(8), 1, 0.7);
        for (int i = 0; i < 50; i++) {
            int token = TopP.draw(p, numbers.whole(0, 999) / 1000.0);
            Check.that(p[token] > 0, "token " + token + " was cut off and was drawn");
        }
    }

    @Test
    @Order(7)
    void sameAsTheLogitsWarpersOfTransformers() {
        Reference warpers = Reference.of("e13");
        double[][] expected = warpers.matrix("probabilities");
        for (int i = 0; i < expected.length; i++) {
            double temperature = warpers.vector("temperatures")[i];
            double p = warpers.vector("shares")[i];
            Check.same("temperature " + temperature + ", p " + p + ": probability", expected[i],
                    nucleus(warpers.vector("logits"), temperature, p), 1e-6);
        }
    }

    private static double[] nucleus(double[] logits, double temperature, double p) {
        return Check.noNaN("a probability", TopP.nucleus(logits, temperature, p));
    }
}
