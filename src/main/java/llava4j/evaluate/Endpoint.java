package llava4j.evaluate;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.OpenAIException;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import java.time.Duration;
import llava4j.error.UserError;

/**
 * A language model behind an endpoint that speaks OpenAI's protocol: the part that GPT-4 plays in the paper's evaluations,
 * judge and solver.
 */
public final class Endpoint {

    private static final long LONGEST_REPLY = 1024;
    private static final int RETRIES = 4;

    private final OpenAIClient client;
    private final String url;
    private final String model;

    /**
     * @param url   of the endpoint, as {@code https://api.openai.com/v1}
     * @param key   is sent to the endpoint and kept nowhere
     * @param model the endpoint's name of the model
     */
    public Endpoint(String url, String key, String model) {
        this.url = url;
        this.model = model;
        client = OpenAIOkHttpClient.builder().baseUrl(url).apiKey(key).maxRetries(RETRIES)
                .timeout(Duration.ofMinutes(2)).build();
    }

    /**
     * An endpoint; it is not asked anything yet. The key comes from the environment variable OPENAI_API_KEY.
     *
     * @param url   up to the version, such as {@code https://api.openai.com/v1}
     * @param model the model's name there
     * @return the endpoint
     * @throws UserError if {@code url} is none, or the environment variable OPENAI_API_KEY is not set
     */
    public static Endpoint at(String url, String model) {
        if (!url.matches("https?://.+")) {
            throw UserError.of("%s: is neither built in nor the URL of an endpoint, such as https://api.openai.com/v1", url);
        }
        String key = System.getenv("OPENAI_API_KEY");
        if (key == null || key.isBlank()) {
            throw new UserError("the environment variable OPENAI_API_KEY is not set: put the endpoint's key there, or any "
                    + "word for a server that asks for none");
        }
        return new Endpoint(url, key, model);
    }

    /**
     * One question, one reply; a busy endpoint is asked again.
     *
     * @param system      system message
     * @param text        the user's message
     * @param temperature τ ≥ 0 of the reply
     * @return the reply's text; empty if there is none in it
     * @throws UserError if it cannot be reached or refuses
     */
    public String ask(String system, String text, double temperature) {
        ChatCompletionCreateParams request = ChatCompletionCreateParams.builder().model(model).temperature(temperature)
                .maxCompletionTokens(LONGEST_REPLY).addSystemMessage(system).addUserMessage(text).build();
        try {
            return client.chat().completions().create(request).choices().stream()
                    .flatMap(choice -> choice.message().content().stream()).findFirst().orElse("");
        } catch (OpenAIException e) {
            throw new UserError(url + ": no reply (" + e.getMessage()
                    + "): is the endpoint up, the model's name right, and OPENAI_API_KEY valid?", e);
        }
    }
}
