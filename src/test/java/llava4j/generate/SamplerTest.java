package llava4j.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.IntStream;
import llava4j.error.UserError;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The sampler")
class SamplerTest {

    /** Logits whose softmax is 0.5, 0.3, 0.15, 0.05, in the order of the ids 2, 0, 3, 1. */
    private static final float[] LOGITS = {log(0.3), log(0.05), log(0.5), log(0.15)};

    private static float log(double p) {
        return (float) Math.log(p) + 7;
    }

    private static double[] shares(Sampler sampler, float[] logits, int draws) {
        double[] shares = new double[logits.length];
        for (int i = 0; i < draws; i++) {
            shares[sampler.choose(logits)] += 1.0 / draws;
        }
        return shares;
    }

    @Test
    @DisplayName("that is greedy, or at temperature 0, takes the likeliest token, of equal ones the first")
    void greedy() {
        for (Sampler sampler : new Sampler[] {Sampler.greedy(), Sampler.of(0, 1, 3), Sampler.of(0, 0.2, 4)}) {
            assertEquals(2, sampler.choose(LOGITS));
            assertEquals(1, sampler.choose(new float[] {-5, 3, 3, -9}));
        }
    }

    @Test
    @DisplayName("tells the chances it draws with: the ratio of two is that of the model's to the power 1/temperature")
    void tellsItsChances() {
        assertArrayEquals(new double[] {0.3, 0.05, 0.5, 0.15}, Sampler.of(1, 1, 5).probabilities(LOGITS), 1e-6);
        double[] bold = Sampler.of(2, 1, 5).probabilities(LOGITS);
        assertEquals(Math.sqrt(0.5 / 0.05), bold[2] / bold[1], 1e-4);
        assertThrows(IllegalStateException.class, () -> Sampler.greedy().probabilities(LOGITS));
    }

    @Test
    @DisplayName("at temperature 1 draws each token with the model's own probability")
    void temperatureOne() {
        assertArrayEquals(new double[] {0.3, 0.05, 0.5, 0.15}, shares(Sampler.of(1, 1, 5), LOGITS, 20_000), 0.015);
    }

    @Test
    @DisplayName("at temperature 1/2 draws with the squares of the probabilities, made to add up to one again")
    void temperatureHalf() {
        double sum = 0.09 + 0.0025 + 0.25 + 0.0225;
        assertArrayEquals(new double[] {0.09 / sum, 0.0025 / sum, 0.25 / sum, 0.0225 / sum},
                shares(Sampler.of(0.5, 1, 6), LOGITS, 20_000), 0.015);
    }

    @ParameterizedTest(name = "top-p {0} keeps {1} tokens")
    @CsvSource({"0.01, 1", "0.49, 1", "0.51, 2", "0.79, 2", "0.81, 3", "0.94, 3", "0.96, 4", "1, 4"})
    @DisplayName("keeps the likeliest tokens up to and with the one that crosses the threshold, in their proportion")
    void topP(double topP, int kept) {
        double[] p = {0.5, 0.3, 0.15, 0.05};
        int[] ids = {2, 0, 3, 1};
        double mass = IntStream.range(0, kept).mapToDouble(i -> p[i]).sum();
        double[] shares = shares(Sampler.of(1, topP, 7), LOGITS, 10_000);
        for (int i = 0; i < 4; i++) {
            if (i < kept) {
                assertEquals(p[i] / mass, shares[ids[i]], 0.02);
            } else {
                assertEquals(0, shares[ids[i]]);
            }
        }
    }

    @Test
    @DisplayName("draws the same tokens from the same seed, and others from another")
    void seeded() {
        int[] first = draws(8);
        assertArrayEquals(first, draws(8));
        assertTrue(!java.util.Arrays.equals(first, draws(9)));
    }

    private static int[] draws(long seed) {
        Sampler sampler = Sampler.of(1, 1, seed);
        return IntStream.range(0, 50).map(i -> sampler.choose(LOGITS)).toArray();
    }

    @Test
    @DisplayName("is not troubled by logits whose exponentials overflow")
    void largeLogits() {
        assertArrayEquals(new double[] {0.5, 0, 0.5}, shares(Sampler.of(1, 1, 1), new float[] {5000, -5000, 5000}, 4000), 0.05);
    }

    @ParameterizedTest(name = "temperature {0}, top-p {1}")
    @CsvSource({"-0.1, 1", "NaN, 1", "1, 0", "1, 1.01", "1, -1", "1, NaN"})
    @DisplayName("refuses what cannot be meant")
    void outOfRange(double temperature, double topP) {
        assertThrows(UserError.class, () -> Sampler.of(temperature, topP, 0));
    }
}
