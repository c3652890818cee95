package llava4j.evaluate.scienceqa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** The two ensembles, case by case: A is choice 0, B choice 1, C choice 2. */
class EnsembleTest {

    private static final OptionalInt A = OptionalInt.of(0);
    private static final OptionalInt B = OptionalInt.of(1);
    private static final OptionalInt C = OptionalInt.of(2);
    private static final OptionalInt NONE = OptionalInt.empty();
    private static final Problem PROBLEM = new Problem("1", "which?", List.of("x", "y", "z"), 0, "", null,
            "natural science", 3, "", "");

    private static Ensemble asking(String secondReply) {
        return new Ensemble(new Solver() {
            @Override
            public String answer(Problem problem) {
                throw new AssertionError("the first answer is given");
            }

            @Override
            public String again(Problem problem, String own, String model) {
                return secondReply;
            }
        }, new AnswerParser(false));
    }

    @Test
    void complementTakesTheSolversAnswerAndTheModelsWhereThereIsNone() {
        assertEquals(A, Ensemble.complement(A, B));
        assertEquals(B, Ensemble.complement(NONE, B));
        assertEquals(A, Ensemble.complement(A, NONE));
        assertEquals(NONE, Ensemble.complement(NONE, NONE));
    }

    @Test
    void judgeDoesNotAskWhereBothAgree() {
        Ensemble ensemble = asking("C");
        assertEquals(A, ensemble.judge(PROBLEM, "A", "The answer is A.", A));
        assertEquals(0, ensemble.asked());
    }

    @Test
    void judgeAsksAgainWhereTheyDifferAndTakesWhatIsSaidThen() {
        assertEquals(B, asking("B").judge(PROBLEM, "A", "B", B));
        assertEquals(A, asking("A").judge(PROBLEM, "A", "B", B));
        assertEquals(C, asking("The answer is C.").judge(PROBLEM, "A", "B", B), "a third answer is possible");
    }

    @Test
    void judgeLeavesItToTheModelWhereTheSecondReplyHasNoAnswer() {
        assertEquals(B, asking("I cannot tell.").judge(PROBLEM, "A", "B", B));
    }

    @Test
    void aSolverWithoutAnAnswerIsAskedAgainToo() {
        Ensemble ensemble = asking("C");
        assertEquals(C, ensemble.judge(PROBLEM, "I cannot tell.", "B", B));
        assertEquals(1, ensemble.asked());
    }

    @Test
    void bothEnsemblesAreScoredBesideTheSolverAlone() {
        Problem other = new Problem("2", "which?", List.of("x", "y"), 1, "", null, "natural science", 3, "", "");
        Solver solver = new Solver() {
            @Override
            public String answer(Problem problem) {
                return problem.id().equals("1") ? "B" : "I cannot tell.";
            }

            @Override
            public String again(Problem problem, String own, String model) {
                return model;
            }
        };
        // The model is right on both; the solver wrong on the first, silent on the second.
        Map<String, Accuracy> found = new ScienceExam(List.of(PROBLEM, other), null)
                .together(List.of("A", "B"), new AnswerParser(false), solver);
        assertEquals(0, found.get("solver").average());
        assertEquals(1, found.get("solver").unanswered());
        assertEquals(0.5, found.get("complement").average());
        assertEquals(1, found.get("judge").average());
    }

    @Test
    void theTinySolverKeepsWhatFollowsFromTheWordsAndGivesWayWhereItOnlySupposed() {
        TinySolver solver = new TinySolver();
        AnswerParser parser = new AnswerParser(true);
        Problem told = new Problem("1", "which thing is red?", List.of("ball", "car"), 1,
                "a blue ball at top and a red car at left.", null, "natural science", 3, "", "");
        assertEquals("the answer is b.", solver.answer(told));
        assertEquals("the answer is b.", solver.again(told, solver.answer(told), "(a) the ball is red, yes. the answer is a."));

        Problem seen = new Problem("2", "do the ball and the car match or not?", List.of("match", "not match"), 1,
                "at top is a blue ball.", null, "natural science", 8, "", "");
        assertEquals(NONE, parser.choice(solver.answer(seen), 2), "no color is usual for cars");
        assertEquals(B, parser.choice(solver.again(seen, solver.answer(seen), "the ball is blue and the car is red, so they do "
                + "not match. (a) match, no. (b) not match, yes. the answer is b."), 2));

        Problem supposed = new Problem("3", "do the ball and the cat match or not?", List.of("match", "not match"), 0,
                "at top is a blue ball.", null, "natural science", 8, "", "");
        assertEquals(B, parser.choice(solver.answer(supposed), 2), "cats are usually orange");
        assertEquals(A, parser.choice(solver.again(supposed, solver.answer(supposed),
                "the ball is blue and the cat is blue, so they match. (a) match, yes. the answer is a."), 2));
        assertEquals(B, parser.choice(solver.again(supposed, solver.answer(supposed),
                "the ball is red and the cat is red, so they match. (a) match, yes. the answer is a."), 2),
                "the context says another color");
        assertTrue(solver.answer(supposed).startsWith("things are like that"));
    }
}
