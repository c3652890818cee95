package llava4j.evaluate.scienceqa;

import java.util.List;
import llava4j.endpoint.ChatEndpoint;
import llava4j.endpoint.EndpointSettings;
import llava4j.endpoint.Message;

/**
 * A language model as the solver without eyes (the paper: text-only GPT-4, which is told to say so where it cannot tell).
 */
public final class EndpointSolver implements Solver {

    private static final String SYSTEM = "You answer multiple-choice questions. Reason shortly, then end with one sentence "
            + "of the form \"The answer is X.\", where X is the letter of an option. Some questions come with a picture "
            + "that you cannot see. If you cannot tell without it, say so and name no letter.";

    private static final double TEMPERATURE = 0;
    private static final int LONGEST_ANSWER = 1024;

    private final ChatEndpoint endpoint;

    /**
     * A solver that a language model plays.
     *
     * @param settings of the endpoint; temperature and length of the answers are the solver's own
     */
    public EndpointSolver(EndpointSettings settings) {
        endpoint = new ChatEndpoint(settings.with(TEMPERATURE, LONGEST_ANSWER));
    }

    @Override
    public String answer(Problem problem) {
        return ask(ProblemFormat.text(problem));
    }

    @Override
    public String again(Problem problem, String own, String model) {
        return ask(ProblemFormat.text(problem) + "\n\nYou answered: " + own + "\n\nAnother solver, who may have seen the "
                + "picture, answered: " + model + "\n\nThe two differ. Weigh both and give the final answer.");
    }

    private String ask(String text) {
        return endpoint.reply(List.of(new Message("system", SYSTEM), new Message("user", text)));
    }
}
