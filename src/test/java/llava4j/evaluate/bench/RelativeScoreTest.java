package llava4j.evaluate.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ratings are read, or counted as unreadable; the relative score is a quotient of means with a seeded interval. */
class RelativeScoreTest {

    @ParameterizedTest
    @ValueSource(strings = {"8 6.5", "8, 6.5", "8,6.5\nAssistant 1 is better.", "  8   6.5  \n\nbecause", "8 6.5\r\nso"})
    void twoNumbersInTheFirstLineAreTheRatings(String review) {
        assertEquals(Optional.of(new Ratings(8, 6.5)), Ratings.read(review));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "8", "8 6 5", "Assistant 1: 8 6", "good bad", "-1 -1", "0 5", "5 11", "NaN 4",
        "the ratings:\n8 6"})
    void anythingElseIsNoRating(String review) {
        assertEquals(Optional.empty(), Ratings.read(review));
    }

    @Test
    void theScoreIsTheQuotientOfTheMeansNotTheMeanOfTheQuotients() {
        RelativeScore score = RelativeScore.of(List.of(new Ratings(10, 5), new Ratings(2, 4)), 0);
        assertEquals(100 * 9 / 12.0, score.score(), 1e-9);
        assertNotEquals((50 + 200) / 2.0, score.score());
        assertEquals(6, score.reference(), 1e-9);
        assertEquals(4.5, score.candidate(), 1e-9);
    }

    @Test
    void unreadableReviewsAreCountedAndInNoMean() {
        BenchQuestion question = new BenchQuestion("1", "a.png", QuestionKind.DETAIL, "what?", "", "that.");
        LlavaBench.Result result = LlavaBench.result(List.of(
                new LlavaBench.Reviewed(question, "x", "8 4", Ratings.read("8 4")),
                new LlavaBench.Reviewed(question, "y", "sorry", Ratings.read("sorry"))), 0);
        assertEquals(1, result.unreadable());
        assertEquals(50, result.overall().score(), 1e-9);
        assertEquals(1, result.byKind().get(QuestionKind.DETAIL).rated());
        assertEquals(0, result.byKind().get(QuestionKind.COMPLEX).rated());
        assertTrue(Double.isNaN(result.byKind().get(QuestionKind.COMPLEX).score()));
    }

    @Test
    void theIntervalIsTheSameForTheSameSeedAndHoldsTheScore() {
        List<Ratings> ratings = ratings(60);
        RelativeScore score = RelativeScore.of(ratings, 7);
        assertEquals(score, RelativeScore.of(ratings, 7));
        assertNotEquals(score.low(), RelativeScore.of(ratings, 8).low());
        assertTrue(score.low() < score.score() && score.score() < score.high());
    }

    @Test
    void fourTimesTheQuestionsHalveTheInterval() {
        List<Ratings> some = ratings(80);
        List<Ratings> more = new ArrayList<>();
        Collections.nCopies(4, some).forEach(more::addAll);
        RelativeScore wide = RelativeScore.of(some, 1);
        RelativeScore narrow = RelativeScore.of(more, 1);
        assertEquals(wide.score(), narrow.score(), 1e-9);
        assertEquals(2, (wide.high() - wide.low()) / (narrow.high() - narrow.low()), 0.3);
    }

    @Test
    void equalRatingsHaveNoInterval() {
        RelativeScore score = RelativeScore.of(Collections.nCopies(9, new Ratings(8, 6)), 0);
        assertEquals(score.score(), score.low(), 1e-9);
        assertEquals(score.score(), score.high(), 1e-9);
    }

    private static List<Ratings> ratings(int count) {
        Random random = new Random(5);
        return IntStream.range(0, count).mapToObj(i -> new Ratings(6 + random.nextInt(5), 1 + random.nextInt(10)))
                .collect(Collectors.toList());
    }
}
