package llava4j.evaluate.bench;

import java.util.Optional;

/**
 * The two ratings in a review's first line.
 *
 * <p>What one would get wrong: the reference code takes −1 for a rating that cannot be read and averages it in with the
 * others. Here there is none, and who counts must say how many there are.
 *
 * @param reference 1 to 10
 * @param candidate 1 to 10
 */
public record Ratings(double reference, double candidate) {

    /**
     * {@return the ratings: two numbers from 1 to 10, with spaces or a comma between, and nothing else in the first
     * line; or none}
     *
     * @param review what the judge wrote
     */
    public static Optional<Ratings> read(String review) {
        String[] parts = review.strip().split("\\R", 2)[0].strip().split("\\s*,\\s*|\\s+");
        if (parts.length != 2) {
            return Optional.empty();
        }
        try {
            Ratings ratings = new Ratings(Double.parseDouble(parts[0]), Double.parseDouble(parts[1]));
            return possible(ratings.reference) && possible(ratings.candidate) ? Optional.of(ratings) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static boolean possible(double rating) {
        return rating >= 1 && rating <= 10;
    }
}
