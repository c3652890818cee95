package llava4j.generate;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import llava4j.error.UserError;

/**
 * Chooses the next token from its logits: the likeliest, or at random among the likely ones.
 *
 * <p>With temperature τ the probabilities are softmax(z/τ): τ → 0 is greedy, τ = 1 the model's own, larger is bolder.
 * Top-p ("nucleus") then keeps the likeliest tokens until they hold a share p of the probability, and drops the long tail
 * of unlikely ones, any of which is rare but which together are not. What one would get wrong: the token that crosses the
 * threshold is kept, so at least one token always is.
 */
public final class Sampler {

    private final double temperature;
    private final double topP;
    private final Random random;

    private Sampler(double temperature, double topP, long seed) {
        this.temperature = temperature;
        this.topP = topP;
        this.random = new Random(seed);
    }

    /** {@return a sampler that always takes the likeliest token; of equal ones the first} */
    public static Sampler greedy() {
        return new Sampler(0, 1, 0);
    }

    /**
     * Draws from the model's probabilities.
     *
     * @param temperature τ ≥ 0; 0 is greedy
     * @param topP        share of the probability kept, in (0, 1]
     * @param seed        of the draws
     * @return a sampler that draws from the model's probabilities
     * @throws UserError if either is out of range
     */
    public static Sampler of(double temperature, double topP, long seed) {
        if (!(temperature >= 0) || !(topP > 0 && topP <= 1)) {
            throw UserError.of("temperature %s and top-p %s: need temperature >= 0 and 0 < top-p <= 1", temperature,
                    topP);
        }
        return new Sampler(temperature, topP, seed);
    }

    /**
     * {@return the index of the chosen token}
     *
     * @param logits [V] of one row
     */
    public int choose(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        return temperature == 0 ? best : draw(probabilities(logits, logits[best]));
    }

    /**
     * {@return the chances that tokens are drawn with, softmax(z/τ), before top-p drops any; [V]}
     *
     * @param logits [V] of one row
     * @throws IllegalStateException for greedy choice, which draws nothing
     */
    public double[] probabilities(float[] logits) {
        if (temperature == 0) {
            throw new IllegalStateException("greedy choice has no probabilities");
        }
        float largest = Float.NEGATIVE_INFINITY;
        for (float logit : logits) {
            largest = Math.max(largest, logit);
        }
        return probabilities(logits, largest);
    }

    /** softmax(z/τ), with the largest logit subtracted so that no exponential overflows. */
    private double[] probabilities(float[] logits, float largest) {
        double[] p = new double[logits.length];
        double sum = 0;
        for (int i = 0; i < p.length; i++) {
            p[i] = Math.exp((logits[i] - largest) / temperature);
            sum += p[i];
        }
        for (int i = 0; i < p.length; i++) {
            p[i] /= sum;
        }
        return p;
    }

    private int draw(double[] p) {
        int[] order = IntStream.range(0, p.length).boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -p[i])).mapToInt(Integer::intValue).toArray();
        int kept = 0;
        double mass = 0;
        while (kept < order.length && (kept == 0 || mass < topP)) {
            mass += p[order[kept++]];
        }
        double point = random.nextDouble() * mass;
        for (int i : Arrays.copyOf(order, kept)) {
            point -= p[i];
            if (point < 0) {
                return i;
            }
        }
        return order[0];
    }
}
