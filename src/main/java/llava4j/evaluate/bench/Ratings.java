package llava4j.evaluate.bench;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The two ratings in a review's first line.
 *
 * <p>The published form is two numbers and nothing else. Models write other forms that can mean one thing only: in bold
 * type, out of ten, with the assistants' names, after a stretch of thinking. They are read, and whoever counts must say how
 * many there were. What one would get wrong: the reference code takes −1 for a rating that cannot be read and averages it
 * in with the others. Here there is none.
 *
 * @param reference 1 to 10
 * @param candidate 1 to 10
 */
public record Ratings(double reference, double candidate) {

    private static final double LEAST = 1;
    private static final double MOST = 10;

    private static final String NUMBER = "(\\d{1,2}(?:\\.\\d{1,6})?)";
    private static final String OUT_OF_TEN = NUMBER + "(?: ?/ ?10(?:\\.0)?)?";
    private static final String BETWEEN = "(?: ?[,;] ?(?:and )?| (?:and )?)";
    private static final String NAMED = "(?i:assistant|answer) ?";
    private static final Pattern PUBLISHED = Pattern.compile(NUMBER + "(?: ?, ?| )" + NUMBER);
    private static final Pattern PLAIN = Pattern.compile(OUT_OF_TEN + BETWEEN + OUT_OF_TEN + "\\.?");
    private static final Pattern WITH_NAMES = Pattern.compile(NAMED + "1 ?[:=] ?" + OUT_OF_TEN + BETWEEN
            + NAMED + "2 ?[:=] ?" + OUT_OF_TEN + "\\.?");
    private static final Pattern THINKING = Pattern.compile("^\\s*<think(?:ing)?>.*?</think(?:ing)?>", Pattern.DOTALL);

    /**
     * {@return the ratings in the published form: two numbers from 1 to 10, with spaces or a comma between, and nothing
     * else in the first line; or none}
     *
     * @param review what the judge wrote
     */
    public static Optional<Ratings> published(String review) {
        return in(PUBLISHED, firstLine(review));
    }

    /**
     * {@return the ratings in the published form or another that can mean one thing only; or none}
     *
     * @param review what the judge wrote
     */
    public static Optional<Ratings> read(String review) {
        String line = firstLine(THINKING.matcher(review).replaceFirst("")).replaceAll("[*_`#]+", "").strip();
        return in(PLAIN, line).or(() -> in(WITH_NAMES, line));
    }

    private static String firstLine(String review) {
        return review.strip().split("\\R", 2)[0].strip().replaceAll("\\s+", " ");
    }

    private static Optional<Ratings> in(Pattern pattern, String line) {
        Matcher matcher = pattern.matcher(line);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Ratings ratings = new Ratings(Double.parseDouble(matcher.group(1)), Double.parseDouble(matcher.group(2)));
        return possible(ratings.reference) && possible(ratings.candidate) ? Optional.of(ratings) : Optional.empty();
    }

    private static boolean possible(double rating) {
        return rating >= LEAST && rating <= MOST;
    }
}
