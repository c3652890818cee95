package e16_relative_score;

import e16_relative_score.RelativeScore.Score;
import exercises.Check;
import exercises.Numbers;
import exercises.Reference;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

class RelativeScoreTest {

    @Test
    @Order(1)
    void theCandidateIsDividedByTheReference() {
        Score score = RelativeScore.score(List.of("8 4\nThe first answer is better."));
        Check.that(score != null, "score is null: return a Score");
        Check.noNaN("\"8 4\": the relative score", score.relative());
        Check.not(200, score.relative(), "\"8 4\" scores 200: Assistant 1 is the reference and comes first");
        Check.that(Math.abs(score.relative() - 0.5) > 1e-9, "\"8 4\" scores 0.5: a relative score is in percent");
        Check.same("\"8 4\": the relative score", 50, score.relative(), 1e-9);
    }

    @Test
    @Order(2)
    void theMeansAreDividedNotTheReviews() {
        int high = Numbers.of("e16").whole(6, 10);
        Score score = RelativeScore.score(List.of(high + " 5", "2 5"));
        Check.not(100 * (5.0 / high + 2.5) / 2, score.relative(), "you take the mean of the ratios: divide the means");
        Check.same("\"" + high + " 5\" and \"2 5\": the relative score", 100 * 10.0 / (high + 2), score.relative(), 1e-9);
    }

    @Test
    @Order(3)
    void aCommaAndSpacesMayPartTheNumbers() {
        for (String line : List.of("8.5, 7", "  8.5 7  ", "8.5,7", "8.5  7")) {
            Score score = RelativeScore.score(List.of(line + "\nFine."));
            Check.that(score.counted() == 1, "\"" + line + "\" was not read");
            Check.same("\"" + line + "\": the relative score", 100 * 7 / 8.5, score.relative(), 1e-9);
        }
    }

    @Test
    @Order(4)
    void aReviewThatCannotBeReadIsLeftOutAndCounted() {
        for (String bad : List.of("I cannot rate this.\n8 8", "8", "8 7 6", "eight seven", "8/10 7/10", "", "0 11",
                "80 70", "NaN 7")) {
            Score score = RelativeScore.score(List.of("5 5", bad));
            Check.that(score.counted() == 1 && score.unreadable() == 1, "a review that cannot be read was counted: \""
                    + bad.replace("\n", "\\n") + "\"");
            Check.same("\"5 5\" and an unreadable review: the relative score", 100, score.relative(), 1e-9);
        }
    }

    @Test
    @Order(5)
    void nothingReadableIsNaN() {
        Score score = RelativeScore.score(List.of("no", "no"));
        Check.that(Double.isNaN(score.relative()) && score.unreadable() == 2, "two unreadable reviews give "
                + score + ": the relative score should be NaN, unreadable 2");
    }

    @Test
    @Order(6)
    void sameAsTheMeansOfTorch() {
        Reference torch = Reference.of("e16");
        Score score = RelativeScore.score(List.of(torch.get("reviews", String[].class)));
        Check.same("relative score", torch.number("relative"), score.relative(), 1e-6);
        Check.that(score.counted() == 3 && score.unreadable() == 1, "4 reviews of which one cannot be read: you counted "
                + score.counted() + " and " + score.unreadable());
    }
}
