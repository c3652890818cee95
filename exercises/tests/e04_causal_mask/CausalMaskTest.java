package e04_causal_mask;

import exercises.Check;
import exercises.Numbers;
import exercises.Reference;
import java.util.Arrays;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

class CausalMaskTest {

    @Test
    @Order(1)
    void aTokenMaySeeItselfAndWhatCameBefore() {
        int length = Numbers.of("e04").whole(4, 7);
        boolean[] real = new boolean[length];
        Arrays.fill(real, true);
        double[][] mask = mask(real);
        Check.shape(length + " tokens: the mask", new double[length][length], mask);
        Check.that(mask[1][0] != 1, "\"may see\" is 1 in your mask: the mask is added to the scores, so it is 0 there "
                + "and -1e9 where nothing may be seen");
        for (int t = 0; t < length; t++) {
            for (int s = t + 1; s < length; s++) {
                Check.that(mask[t][s] != 0, "token " + t + " saw token " + s + ": is your mask upper or lower?");
            }
            Check.that(mask[t][t] == 0, "token " + t + " does not see itself: the diagonal is 0");
            for (int s = 0; s < t; s++) {
                Check.that(mask[t][s] == 0, "token " + t + " does not see token " + s + ", which came before it");
            }
        }
    }

    @Test
    @Order(2)
    void whatIsHiddenGetsNoWeight() {
        double[][] mask = mask(new boolean[] {true, true, true});
        Check.that(mask[0][2] <= -1e8, "hidden places hold " + mask[0][2] + ": too little to take all weight from a "
                + "score, use HIDDEN");
    }

    @Test
    @Order(3)
    void nobodySeesPaddingAtTheRight() {
        double[][] mask = mask(new boolean[] {true, true, true, false, false});
        Check.that(mask[4][3] != 0, "token 4 saw token 3, which is padding");
        Check.that(mask[2][0] == 0 && mask[2][2] == 0, "token 2 lost sight of real tokens because of padding behind it");
    }

    @Test
    @Order(4)
    void paddingAtTheLeftGivesNoNaN() {
        double[][] mask = mask(new boolean[] {false, false, true, true});
        Check.that(mask[3][0] != 0 && mask[3][1] != 0, "token 3 saw token 0 or 1, which is padding");
        for (double[] row : mask) {
            double sum = Arrays.stream(row).map(x -> Math.exp(x - Arrays.stream(row).max().orElse(0))).sum();
            Check.that(!Double.isNaN(sum), "a row in which all is hidden gives NaN after the softmax: use HIDDEN, "
                    + "not minus infinity");
        }
    }

    @Test
    @Order(5)
    void attentionWithTheMaskIsTorchsCausalAttention() {
        Reference torch = Reference.of("e04");
        double[][] mask = mask(new boolean[] {true, true, true, true, true});
        Check.same("attention with your mask", torch.matrix("out"),
                attention(torch.matrix("q"), torch.matrix("k"), torch.matrix("v"), mask), 1e-6);
    }

    private static double[][] attention(double[][] q, double[][] k, double[][] v, double[][] mask) {
        double[][] out = new double[q.length][v[0].length];
        for (int t = 0; t < q.length; t++) {
            double[] weight = new double[k.length];
            for (int s = 0; s < k.length; s++) {
                for (int i = 0; i < q[t].length; i++) {
                    weight[s] += q[t][i] * k[s][i] / Math.sqrt(q[t].length);
                }
                weight[s] = Math.exp(weight[s] + mask[t][s]);
            }
            double sum = Arrays.stream(weight).sum();
            for (int s = 0; s < k.length; s++) {
                for (int j = 0; j < v[s].length; j++) {
                    out[t][j] += weight[s] / sum * v[s][j];
                }
            }
        }
        return out;
    }

    private static double[][] mask(boolean[] real) {
        return Check.noNaN("the mask", CausalMask.mask(real));
    }
}
