package llava4j.evaluate.scienceqa;

import java.util.OptionalInt;

/**
 * Two ways in which a model that sees and a solver that does not answer together (paper, section 5.2).
 *
 * <p>Complement: the solver's answer, and the model's where the solver gives none. Judge: where they agree, that; where
 * they differ, the solver is asked again with both answers before it, and the model's stands if it gives none then. What
 * one would get wrong: where the solver gave none at first, the two differ too, and it is asked again.
 */
public final class Ensemble {

    private final Solver solver;
    private final AnswerParser parser;
    private int asked;

    /**
     * An ensemble with a given solver.
     *
     * @param solver is asked again where it differs from the model
     * @param parser of the solver's answers
     */
    public Ensemble(Solver solver, AnswerParser parser) {
        this.solver = solver;
        this.parser = parser;
    }

    /**
     * {@return the solver's answer, or the model's where it has none}
     *
     * @param solver the choice that the solver's answer names, empty for none
     * @param model  the choice that the model's answer names, empty for none
     */
    public static OptionalInt complement(OptionalInt solver, OptionalInt model) {
        return solver.isPresent() ? solver : model;
    }

    /**
     * {@return the answer on which both agree, or the one that the solver gives with both before it; the model's where
     * that is none}
     *
     * @param problem the one that both answered
     * @param own     the solver's first answer in words
     * @param said    the model's answer in words
     * @param model   the choice that the model's answer names
     */
    public OptionalInt judge(Problem problem, String own, String said, OptionalInt model) {
        OptionalInt first = parser.choice(own, problem.choices().size());
        if (first.equals(model)) {
            return model;
        }
        asked++;
        OptionalInt second = parser.choice(solver.again(problem, own, said), problem.choices().size());
        return second.isPresent() ? second : model;
    }

    /** {@return how often the solver was asked again} */
    public int asked() {
        return asked;
    }
}
