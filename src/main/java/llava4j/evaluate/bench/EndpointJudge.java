package llava4j.evaluate.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import llava4j.endpoint.ChatEndpoint;
import llava4j.endpoint.EndpointSettings;
import llava4j.endpoint.KeptAnswers;
import llava4j.endpoint.Message;

/**
 * A language model as the judge (the paper: GPT-4, temperature 0.2).
 *
 * <p>It is given the picture in words, the question, both answers, and the rule of how to rate, in blocks as the reference
 * code writes them; the rule is worded by this project and lies in the resources beside this class.
 */
public final class EndpointJudge implements Judge {

    /** At which the paper asks. */
    public static final double TEMPERATURE = 0.2;
    /** Most tokens of a review. */
    public static final int LONGEST_REVIEW = 1024;
    /** Under which a line of the log has the review. */
    public static final String REVIEW = "review";

    private final KeptAnswers endpoint;
    private final String rule = rule();

    /**
     * A judge that a language model plays, at the paper's temperature; its reviews are kept nowhere.
     *
     * @param settings of the endpoint; temperature and length of the reviews are the judge's own
     */
    public EndpointJudge(EndpointSettings settings) {
        this(new KeptAnswers(new ChatEndpoint(settings.with(TEMPERATURE, LONGEST_REVIEW)), null, ""));
    }

    /**
     * A judge that a language model plays.
     *
     * @param endpoint with the temperature and the length of the reviews; keeps them
     */
    public EndpointJudge(KeptAnswers endpoint) {
        this.endpoint = endpoint;
    }

    private static String rule() {
        try (InputStream in = EndpointJudge.class.getResourceAsStream("judge.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws llava4j.error.UserError if the endpoint cannot be reached or refuses, after some tries */
    @Override
    public String review(BenchQuestion question, String candidate) {
        List<Message> messages = List.of(new Message("system", "You check answers carefully and rate them fairly."),
                new Message("user", "[Context]\n" + question.context() + "\n\n[Question]\n" + question.text() + "\n\n"
                        + answer(1, question.reference()) + answer(2, candidate) + "[System]\n" + rule));
        return endpoint.reply(messages, said -> new LlavaBench.Reviewed(question, candidate, said.text(),
                Ratings.read(said.text())).json().put("judge", endpoint.settings().model()));
    }

    private static String answer(int number, String text) {
        return "[Assistant " + number + "]\n" + text + "\n\n[End of Assistant " + number + "]\n\n";
    }
}
