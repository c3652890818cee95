package llava4j.endpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonMissing;
import com.openai.core.RequestOptions;
import com.openai.core.http.Headers;
import com.openai.core.http.HttpResponse;
import com.openai.errors.OpenAIException;
import com.openai.errors.OpenAIServiceException;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.models.ModelListParams;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import llava4j.error.UserError;
import llava4j.proxy.EnvironmentProxies;

/**
 * A chat model behind an OpenAI-compatible endpoint: asked at a steady pace, again where that may help, and within a budget.
 *
 * <p>The client's own retries are switched off: they would not count against the budget, and would not try again where an
 * answer breaks off half-way. Whatever comes from the server is searched for the key before it goes any further.
 */
public final class ChatEndpoint implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PROXY_REFUSES = 407;
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
    private static final Duration LONGEST_CONNECTING = Duration.ofSeconds(20);
    /** About as many letters as a token of English has, where the server does not count. */
    private static final int LETTERS_PER_TOKEN = 4;

    private final EndpointSettings settings;
    private final String proxy;
    private final OpenAIClient client;
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicLong tokens = new AtomicLong();
    private long nextStart = System.nanoTime();
    private volatile boolean stopped;

    /**
     * An answer.
     *
     * @param text   what the model said, without the key if it should have repeated it
     * @param finish the server's reason for the end, {@code stop} where all is well
     * @param tokens of question and answer together
     */
    public record Answer(String text, String finish, long tokens) {
    }

    /**
     * Connects to nothing yet: the first question does.
     *
     * @param settings address, model, key, pace and budget
     * @throws UserError if the environment names a proxy that cannot be used
     */
    public ChatEndpoint(EndpointSettings settings) {
        this(settings, System.getenv());
    }

    ChatEndpoint(EndpointSettings settings, Map<String, String> environment) {
        this.settings = settings;
        URI address = URI.create(settings.url());
        EnvironmentProxies proxies = new EnvironmentProxies(environment, EnvironmentProxies.Ability.SOCKS);
        proxy = proxies.inWords(address);
        client = OpenAIOkHttpClient.builder().baseUrl(settings.url()).proxy(proxies.select(address).get(0))
                .apiKey(settings.key() == null ? "none" : settings.key())
                .timeout(settings.timeout()).maxRetries(0).build();
    }

    /** {@return what is asked of whom} */
    public EndpointSettings settings() {
        return settings;
    }

    /**
     * Asks; may be called by several threads at once.
     *
     * @param messages from the system's to the last of the user
     * @return the answer, or nothing where the budget is spent or another thread met an error that ends the run
     * @throws UserError if the server refuses the request, or still fails after all retries
     */
    public Optional<Answer> ask(List<Message> messages) {
        ChatCompletionCreateParams parameters = parameters(messages);
        for (int attempt = 0; ; attempt++) {
            if (stopped || tokens.get() >= settings.maxTokens() || !takeRequest()) {
                return Optional.empty();
            }
            awaitTurn();
            Duration wait = settings.firstWait().multipliedBy(1L << Math.min(attempt, 16));
            Failure failure;
            try (HttpResponse response = client.chat().completions().withRawResponse().create(parameters)) {
                String body = new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
                Optional<Answer> answer = answer(messages, body);
                if (answer.isPresent()) {
                    return answer;
                }
                failure = Failure.body(body);
            } catch (OpenAIServiceException e) {
                failure = Failure.status(e.statusCode(), body(e));
                wait = retryAfter(e.headers(), wait);
            } catch (OpenAIException | IOException | UncheckedIOException e) {
                // No connection, none any more, no answer in time, or half of one
                failure = Failure.connection(e);
            }
            if (!failure.again() || attempt >= settings.retries()) {
                stopped = true;
                throw error(failure, failure.again() ? attempt + 1 : 0);
            }
            sleep(wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait);
        }
    }

    /**
     * Connects once and asks for nothing that costs: whatever the server answers, it is there.
     *
     * @throws UserError if there is no connection
     */
    public void reach() {
        RequestOptions soon = RequestOptions.builder().timeout(LONGEST_CONNECTING).build();
        try (HttpResponse response = client.models().withRawResponse().list(ModelListParams.none(), soon)) {
            response.statusCode();
        } catch (OpenAIServiceException e) {
            if (e.statusCode() == PROXY_REFUSES) {
                throw error(Failure.status(e.statusCode(), body(e)), 0);
            }
        } catch (OpenAIException e) {
            throw error(Failure.connection(e), 0);
        }
    }

    /** Empty where the server sent no JSON. */
    private static String body(OpenAIServiceException failure) {
        if (failure.body() instanceof JsonMissing) {
            return "";
        }
        JsonNode body = failure.body().convert(JsonNode.class);
        return body.isTextual() ? body.asText() : body.toString();
    }

    /** Its cause is left out, since a stack trace would print what the server sent. */
    private UserError error(Failure failure, int tries) {
        return new UserError(withoutKey(settings.url() + (proxy.isEmpty() ? "" : ", through the proxy " + proxy) + ": " + settings.model()
                + (tries == 0 ? " gave no answer: " : " gave no answer after " + tries + " tries: ") + failure.what() + ": "
                + failure.remedy() + (failure.remedy().endsWith("?") ? "" : ".")));
    }

    private ChatCompletionCreateParams parameters(List<Message> messages) {
        ChatCompletionCreateParams.Builder builder = ChatCompletionCreateParams.builder().model(settings.model());
        if (settings.temperature() != null) {
            builder.temperature(settings.temperature());
        }
        if (settings.longestReply() != null) {
            builder.maxCompletionTokens(settings.longestReply());
        }
        for (Message message : messages) {
            switch (message.role()) {
                case "system" -> builder.addSystemMessage(message.content());
                case "user" -> builder.addUserMessage(message.content());
                default -> builder.addAssistantMessage(message.content());
            }
        }
        return builder.build();
    }

    /** Nothing if it is not a completion. */
    private Optional<Answer> answer(List<Message> messages, String body) {
        JsonNode completion;
        try {
            completion = JSON.readTree(body);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
        JsonNode choice = completion.at("/choices/0");
        if (!choice.path("message").isObject()) {
            return Optional.empty();
        }
        String text = withoutKey(choice.at("/message/content").asText(""));
        long letters = text.length() + messages.stream().mapToLong(message -> message.content().length()).sum();
        long used = completion.at("/usage/total_tokens").asLong(letters / LETTERS_PER_TOKEN);
        tokens.addAndGet(used);
        return Optional.of(new Answer(text, choice.path("finish_reason").asText("stop"), used));
    }

    private boolean takeRequest() {
        return requests.getAndUpdate(taken -> Math.min(taken + 1, settings.maxRequests())) < settings.maxRequests();
    }

    private void awaitTurn() {
        long pause;
        synchronized (this) {
            long now = System.nanoTime();
            long start = Math.max(now, nextStart);
            nextStart = start + Duration.ofMinutes(1).toNanos() / settings.requestsPerMinute();
            pause = start - now;
        }
        sleep(Duration.ofNanos(pause));
    }

    private static void sleep(Duration pause) {
        try {
            Thread.sleep(pause.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for an endpoint", e);
        }
    }

    /** What the server asks for in seconds; its other form, a date, is passed over. */
    private static Duration retryAfter(Headers headers, Duration otherwise) {
        return headers.values("Retry-After").stream().filter(seconds -> seconds.matches("\\d{1,6}"))
                .findFirst().map(seconds -> Duration.ofSeconds(Long.parseLong(seconds))).orElse(otherwise);
    }

    private String withoutKey(String text) {
        return settings.key() == null || settings.key().isEmpty() ? text : text.replace(settings.key(), "[key]");
    }

    @Override
    public void close() {
        client.close();
    }
}
