package e16_relative_score;

import java.util.List;

/** Solution of exercise 16. */
public final class RelativeScore {

    private RelativeScore() {
    }

    /** The score, and of how many reviews. */
    public record Score(double relative, int counted, int unreadable) {
    }

    /** Reads the first line of each review. */
    public static Score score(List<String> reviews) {
        double reference = 0;
        double candidate = 0;
        int counted = 0;
        for (String review : reviews) {
            double[] pair = numbers(review.split("\n", 2)[0].strip());
            if (pair == null) {
                continue;
            }
            reference += pair[0];
            candidate += pair[1];
            counted++;
        }
        return new Score(100 * candidate / reference, counted, reviews.size() - counted);
    }

    /** Two scores, or null. */
    private static double[] numbers(String line) {
        String[] parts = line.split("[,\\s]+");
        if (parts.length != 2) {
            return null;
        }
        try {
            double first = Double.parseDouble(parts[0]);
            double second = Double.parseDouble(parts[1]);
            boolean inRange = first >= 1 && first <= 10 && second >= 1 && second <= 10;
            return inRange ? new double[] {first, second} : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
