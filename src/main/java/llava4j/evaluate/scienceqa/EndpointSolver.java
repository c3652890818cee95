package llava4j.evaluate.scienceqa;

import llava4j.evaluate.Endpoint;

/**
 * A language model as the solver without eyes (the paper: text-only GPT-4, which is told to say so where it cannot tell).
 */
public final class EndpointSolver implements Solver {

    private static final String SYSTEM = "You answer multiple-choice questions. Reason shortly, then end with one sentence "
            + "of the form \"The answer is X.\", where X is the letter of an option. Some questions come with a picture "
            + "that you cannot see. If you cannot tell without it, say so and name no letter.";

    private final Endpoint endpoint;

    /**
     * A solver that a language model plays.
     *
     * @param endpoint the model to ask
     */
    public EndpointSolver(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    @Override
    public String answer(Problem problem) {
        return endpoint.ask(SYSTEM, ProblemFormat.text(problem), 0);
    }

    @Override
    public String again(Problem problem, String own, String model) {
        return endpoint.ask(SYSTEM, ProblemFormat.text(problem) + "\n\nYou answered: " + own + "\n\nAnother solver, who may "
                + "have seen the picture, answered: " + model + "\n\nThe two differ. Weigh both and give the final answer.", 0);
    }
}
