package llava4j.evaluate.bench;

import java.util.List;
import java.util.Random;

/**
 * The relative score: 100 · mean(candidate) / mean(reference), with an interval (paper, section 5.1).
 *
 * <p>A quotient of means, not the mean of quotients: a question on which the reference did badly does not count for more.
 * The interval holds 95 % of the scores of as many questions drawn anew, with repetition, from these.
 *
 * @param score     NaN where nothing was rated
 * @param low       lower end of the interval
 * @param high      upper end of the interval
 * @param rated     number of questions with two ratings
 * @param reference mean rating of the reference
 * @param candidate mean rating of the candidate
 */
public record RelativeScore(double score, double low, double high, int rated, double reference, double candidate) {

    private static final int DRAWS = 2000;

    /**
     * {@return the score over some questions; NaN throughout where there are none}
     *
     * @param ratings of each question that could be read
     * @param seed    of the draws
     */
    public static RelativeScore of(List<Ratings> ratings, long seed) {
        if (ratings.isEmpty()) {
            return new RelativeScore(Double.NaN, Double.NaN, Double.NaN, 0, Double.NaN, Double.NaN);
        }
        int[] each = new int[ratings.size()];
        for (int i = 0; i < each.length; i++) {
            each[i] = i;
        }
        Random random = new Random(seed);
        double[] drawn = new double[DRAWS];
        for (int draw = 0; draw < DRAWS; draw++) {
            drawn[draw] = score(ratings, random.ints(each.length, 0, each.length).toArray());
        }
        java.util.Arrays.sort(drawn);
        double reference = ratings.stream().mapToDouble(Ratings::reference).average().orElseThrow();
        double candidate = ratings.stream().mapToDouble(Ratings::candidate).average().orElseThrow();
        return new RelativeScore(score(ratings, each), drawn[(int) (0.025 * DRAWS)], drawn[(int) (0.975 * DRAWS) - 1],
                ratings.size(), reference, candidate);
    }

    private static double score(List<Ratings> ratings, int[] chosen) {
        double reference = 0;
        double candidate = 0;
        for (int i : chosen) {
            reference += ratings.get(i).reference();
            candidate += ratings.get(i).candidate();
        }
        return 100 * candidate / reference;
    }
}
