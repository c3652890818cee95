package llava4j.evaluate.scienceqa;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import llava4j.endpoint.ChatEndpoint;
import llava4j.endpoint.EndpointSettings;
import llava4j.endpoint.KeptAnswers;
import llava4j.endpoint.Message;

/**
 * A language model as the solver without eyes (the paper: text-only GPT-4, which is told to say so where it cannot tell).
 */
public final class EndpointSolver implements Solver {

    private static final String SYSTEM = "You answer multiple-choice questions. Reason shortly, then end with one sentence "
            + "of the form \"The answer is X.\", where X is the letter of an option. Some questions come with a picture "
            + "that you cannot see. If you cannot tell without it, say so and name no letter.";

    /** The likeliest answer each time. */
    public static final double TEMPERATURE = 0;
    /** Most tokens of an answer. */
    public static final int LONGEST_ANSWER = 1024;

    private final KeptAnswers endpoint;

    /**
     * A solver that a language model plays; its answers are kept nowhere.
     *
     * @param settings of the endpoint; temperature and length of the answers are the solver's own
     */
    public EndpointSolver(EndpointSettings settings) {
        this(new KeptAnswers(new ChatEndpoint(settings.with(TEMPERATURE, LONGEST_ANSWER)), null, ""));
    }

    /**
     * A solver that a language model plays.
     *
     * @param endpoint with the temperature and the length of the answers; keeps them
     */
    public EndpointSolver(KeptAnswers endpoint) {
        this.endpoint = endpoint;
    }

    @Override
    public String answer(Problem problem) {
        return ask(problem, ProblemFormat.text(problem));
    }

    @Override
    public String again(Problem problem, String own, String model) {
        return ask(problem, ProblemFormat.text(problem) + "\n\nYou answered: " + own + "\n\nAnother solver, who may have seen the "
                + "picture, answered: " + model + "\n\nThe two differ. Weigh both and give the final answer.");
    }

    private String ask(Problem problem, String text) {
        return endpoint.reply(List.of(new Message("system", SYSTEM), new Message("user", text)), answer ->
                JsonNodeFactory.instance.objectNode().put("problem", problem.id()).put("model", endpoint.settings().model()));
    }
}
