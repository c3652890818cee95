package e16_relative_score;

import java.util.List;

/** Exercise 16: score a model against its reference. The page beside this file says how. */
public final class RelativeScore {

    private RelativeScore() {
    }

    /**
     * The score of a set of reviews.
     *
     * @param relative   100 * mean of Assistant 2 / mean of Assistant 1; NaN if no review could be read
     * @param counted    reviews that could be read
     * @param unreadable reviews that could not
     */
    public record Score(double relative, int counted, int unreadable) {
    }

    /**
     * Reads the first line of each review.
     *
     * @param reviews "8 7\nThe first answer ...": the reference's number, then the candidate's
     */
    public static Score score(List<String> reviews) {
        throw new UnsupportedOperationException("exercise 16: score the reviews");
    }
}
