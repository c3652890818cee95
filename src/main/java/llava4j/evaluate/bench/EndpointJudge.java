package llava4j.evaluate.bench;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.OpenAIException;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import llava4j.error.UserError;

/**
 * A language model as the judge, at any endpoint that speaks OpenAI's protocol (the paper: GPT-4, temperature 0.2).
 *
 * <p>It is given the picture in words, the question, both answers, and the rule of how to rate, in blocks as the reference
 * code writes them; the rule is worded by this project and lies in the resources beside this class.
 */
public final class EndpointJudge implements Judge {

    private static final double TEMPERATURE = 0.2;
    private static final long LONGEST_REVIEW = 1024;
    private static final int RETRIES = 4;

    private final OpenAIClient client;
    private final String url;
    private final String model;
    private final String rule;

    /**
     * @param url   of the endpoint, as {@code https://api.openai.com/v1}
     * @param key   is sent to the endpoint and kept nowhere
     * @param model the endpoint's name of the model
     */
    public EndpointJudge(String url, String key, String model) {
        this.url = url;
        this.model = model;
        this.rule = rule();
        client = OpenAIOkHttpClient.builder().baseUrl(url).apiKey(key).maxRetries(RETRIES)
                .timeout(Duration.ofMinutes(2)).build();
    }

    private static String rule() {
        try (InputStream in = EndpointJudge.class.getResourceAsStream("judge.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws UserError if the endpoint cannot be reached or refuses, after some tries */
    @Override
    public String review(BenchQuestion question, String candidate) {
        ChatCompletionCreateParams request = ChatCompletionCreateParams.builder().model(model)
                .temperature(TEMPERATURE).maxCompletionTokens(LONGEST_REVIEW)
                .addSystemMessage("You check answers carefully and rate them fairly.")
                .addUserMessage(request(question, candidate)).build();
        try {
            return client.chat().completions().create(request).choices().stream()
                    .flatMap(choice -> choice.message().content().stream()).findFirst().orElse("");
        } catch (OpenAIException e) {
            throw new UserError(url + ": no review of question " + question.id() + " (" + e.getMessage()
                    + "): is the endpoint up, the model's name right, and OPENAI_API_KEY valid?", e);
        }
    }

    private String request(BenchQuestion question, String candidate) {
        return "[Context]\n" + question.context() + "\n\n[Question]\n" + question.text() + "\n\n"
                + answer(1, question.reference()) + answer(2, candidate) + "[System]\n" + rule;
    }

    private static String answer(int number, String text) {
        return "[Assistant " + number + "]\n" + text + "\n\n[End of Assistant " + number + "]\n\n";
    }
}
