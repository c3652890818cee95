package llava4j.evaluate.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import llava4j.endpoint.ChatEndpoint;
import llava4j.endpoint.EndpointSettings;
import llava4j.endpoint.Message;

/**
 * A language model as the judge (the paper: GPT-4, temperature 0.2).
 *
 * <p>It is given the picture in words, the question, both answers, and the rule of how to rate, in blocks as the reference
 * code writes them; the rule is worded by this project and lies in the resources beside this class.
 */
public final class EndpointJudge implements Judge {

    private static final double TEMPERATURE = 0.2;
    private static final int LONGEST_REVIEW = 1024;

    private final ChatEndpoint endpoint;
    private final String rule = rule();

    /**
     * A judge that a language model plays.
     *
     * @param settings of the endpoint; temperature and length of the reviews are the judge's own
     */
    public EndpointJudge(EndpointSettings settings) {
        endpoint = new ChatEndpoint(settings.with(TEMPERATURE, LONGEST_REVIEW));
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
        return endpoint.reply(List.of(new Message("system", "You check answers carefully and rate them fairly."),
                new Message("user", "[Context]\n" + question.context() + "\n\n[Question]\n" + question.text() + "\n\n"
                        + answer(1, question.reference()) + answer(2, candidate) + "[System]\n" + rule)));
    }

    private static String answer(int number, String text) {
        return "[Assistant " + number + "]\n" + text + "\n\n[End of Assistant " + number + "]\n\n";
    }
}
