package llava4j.evaluate.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Random;
import llava4j.tinyworld.Question;
import llava4j.tinyworld.Questions;
import llava4j.tinyworld.Scene;
import llava4j.tinyworld.Telling;
import llava4j.tinyworld.Thing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The built-in judge holds what is said against the scene. */
class SceneJudgeTest {

    /** A red ball at the top left, a green cat in the middle. */
    private static final Scene SCENE = new Scene(List.of(new Thing("red", "ball", 0), new Thing("green", "cat", 4)));
    private static final String DESCRIPTION = "there are two things. at top-left is a red ball and at center is a green cat.";

    private static double rating(String reference, String answer) {
        BenchQuestion question = new BenchQuestion("1", "a.png", QuestionKind.DETAIL, "what?", "", reference);
        return Ratings.read(new SceneJudge(Map.of("a.png", SCENE)).review(question, answer)).orElseThrow().candidate();
    }

    @Test
    void aTrueAnswerBeatsAHalfTrueOneAndThatAFalseOne() {
        double right = rating(DESCRIPTION, DESCRIPTION);
        double half = rating(DESCRIPTION, "there are two things. at top-left is a red ball and at left is a blue cat.");
        double wrong = rating(DESCRIPTION, "there are three things. at top is a blue ball and at left is a blue cat.");
        assertEquals(10, right);
        assertTrue(right > half && half > wrong, right + " > " + half + " > " + wrong);
        assertEquals(1, wrong);
        // Three of five statements are true, and these three of the five that were asked for
        assertEquals(1 + 9 * 3 / 5.0 * (0.2 + 0.8 * 3 / 5.0), half, 0.05);
    }

    @Test
    void whatIsLeftOutCostsLessThanWhatIsFalse() {
        double shorter = rating(DESCRIPTION, "at top-left is a red ball and at center is a green cat.");
        double wrong = rating(DESCRIPTION, "there are three things. at top-left is a red ball and at center is a green cat.");
        assertTrue(10 > shorter && shorter > wrong, shorter + " > " + wrong);
        assertEquals(1 + 9 * (0.2 + 0.8 * 4 / 5.0), shorter, 0.05, "all is true, four of five statements are there");
        assertEquals(1 + 9 * 4 / 5.0 * (0.2 + 0.8 * 4 / 5.0), wrong, 0.05, "one is false and so one is missing");
    }

    @Test
    void trueWordsBesideThePointEarnLittle() {
        double beside = rating("the ball is red.", "the cat sits at center.");
        assertTrue(beside > 1 && beside < 4, "rated " + beside);
    }

    @Test
    void lengthIsFreeUpToTwiceTheReferenceAndCostsBeyond() {
        String fact = "the ball is red. ";
        assertEquals(10, rating(fact, fact + "the cat is green."));
        assertTrue(rating(fact, fact + "the cat is green. the cat sits at center. the ball sits at top-left.") < 10);
        assertTrue(rating(fact, fact.repeat(4)) < 6, "to say it four times is not to say more");
    }

    @Test
    void wordsThatStateNothingCountAgainstAnAnswer() {
        assertEquals(1, rating(DESCRIPTION, "ball ball the is red at"));
        assertEquals(1, rating(DESCRIPTION, ""));
        assertTrue(rating("the ball is red.", "the ball is red. ball cat the") < 10);
    }

    @ParameterizedTest
    @CsvSource({"the ball is left of the cat, the ball is right of the cat", "the ball is above the cat, the cat is above the "
            + "ball", "there is a green cat, there is a red cat", "there is no star, there is no cat",
        "there is no star so it is day, there is a star so it is night", "the cat is alive, the ball is alive",
        "the cat could chase the ball, the cat could climb the tree", "nothing here gives shelter, the house gives shelter",
        "nothing here could carry someone far away, the ball could carry someone far away",
        "the ball is red and the cat is green so they do not match, the ball is red and the cat is red so they match"})
    void everyFormOfStatementIsKnownAsTrueOrFalse(String right, String wrong) {
        assertEquals(10, rating(right + ".", right + "."));
        assertTrue(rating(right + ".", wrong + ".") < 7, wrong);
    }

    @Test
    void everyAnswerOfTheTinyWorldIsReadWholeAndFoundTrueOfItsSceneAlone() {
        Random random = new Random(11);
        int falseElsewhere = 0;
        int asked = 0;
        for (int i = 0; i < 600; i++) {
            Scene scene = Scene.random(random, 2 + i % 2);
            Scene other = Scene.random(random, 2 + i % 2);
            for (String type : List.of("color", "where", "what", "count", "exists", "relation", "reasoning", "detail")) {
                Question question = Questions.of(type, scene, random);
                StatementReader.Reading reading = StatementReader.read(question.answer());
                assertEquals(0, reading.unclear(), question.answer());
                assertTrue(!reading.statements().isEmpty() && reading.statements().stream().allMatch(s -> s.holds(scene)),
                        question.answer() + " of " + scene);
                if (type.equals("detail")) {
                    asked++;
                    falseElsewhere += reading.statements().stream().allMatch(s -> s.holds(other)) ? 0 : 1;
                }
            }
        }
        assertEquals(asked, falseElsewhere, "a description of one scene is not true of another");
    }

    @Test
    void everyCaptionIsReadWhole() {
        Random random = new Random(12);
        for (int i = 0; i < 600; i++) {
            Scene scene = Scene.random(random);
            StatementReader.Reading reading = StatementReader.read(Telling.caption(scene, random));
            assertEquals(0, reading.unclear());
            assertTrue(reading.statements().stream().allMatch(s -> s.holds(scene)));
            assertTrue(reading.statements().size() >= scene.things().size());
        }
    }
}
