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
        Problem told = new Problem("1", "which thing is hot?", List.of("ball", "car"), 1,
                "the ball is cold and the car is hot.", null, "natural science", 3, "", "");
        assertEquals("the answer is b.", solver.answer(told));
        assertEquals("the answer is b.", solver.again(told, solver.answer(told), "the ball is hot. the answer is a."));

        Problem seen = new Problem("2", "which thing is hot?", List.of("ball", "car"), 1,
                "red things are cold and blue things are hot.", null, "natural science", 8, "", "");
        AnswerParser parser = new AnswerParser(true);
        assertEquals(NONE, parser.choice(solver.answer(seen), 2), "nothing usual is blue here");
        assertEquals(B, parser.choice(solver.again(seen, solver.answer(seen),
                "the car is blue. blue things are hot. the answer is b."), 2));

        Problem supposed = new Problem("3", "which thing is cold?", List.of("ball", "car"), 1,
                "red things are cold and blue things are hot.", null, "natural science", 8, "", "");
        assertEquals(A, parser.choice(solver.answer(supposed), 2), "balls are usually red");
        assertEquals(B, parser.choice(solver.again(supposed, solver.answer(supposed),
                "the car is red. red things are cold. the answer is b."), 2));
        assertEquals(A, parser.choice(solver.again(supposed, solver.answer(supposed),
                "the car is blue. blue things are cold. the answer is b."), 2), "that rule is not in the context");
        assertTrue(solver.answer(supposed).startsWith("things are like that"));
    }
}
