package llava4j.endpoint;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.OpenAIException;
import com.openai.errors.OpenAIServiceException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import llava4j.error.UserError;

/**
 * A chat model behind an OpenAI-compatible endpoint: asked at a steady pace, again where that may help, and within a budget.
 *
 * <p>The client's own retries are switched off: they would not count against the budget, and would not try again where an
 * answer breaks off half-way. Whatever comes from the server is searched for the key before it goes any further.
 */
public final class ChatEndpoint implements AutoCloseable {

    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
    /** About as many letters as a token of English has, where the server does not count. */
    private static final int LETTERS_PER_TOKEN = 4;

    private final EndpointSettings settings;
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
     */
    public ChatEndpoint(EndpointSettings settings) {
        this.settings = settings;
        client = OpenAIOkHttpClient.builder().baseUrl(settings.url())
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
            String problem;
            Duration wait = settings.firstWait().multipliedBy(1L << Math.min(attempt, 16));
            try {
                return Optional.of(answer(messages, client.chat().completions().create(parameters)));
            } catch (OpenAIServiceException e) {
                problem = "status " + e.statusCode();
                if (e.statusCode() != 408 && e.statusCode() != 429 && e.statusCode() < 500) {
                    stopped = true;
                    throw refused(e);
                }
                wait = retryAfter(e, wait);
            } catch (OpenAIException | UncheckedIOException e) {
                // No connection, none any more, no answer in time, or half of one
                Throwable cause = e.getCause() == null ? e : e.getCause();
                problem = cause.getClass().getSimpleName();
            }
            if (attempt >= settings.retries()) {
                stopped = true;
                throw UserError.of("%s: no answer after %d tries, the last with %s: is the server up?", settings.url(),
                        attempt + 1, problem);
            }
            sleep(wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait);
        }
    }

    /**
     * {@return the text of an answer without which there is no going on}
     *
     * @param messages of the conversation so far, in order
     * @throws UserError as {@link #ask}, or if the budget is spent
     */
    public String reply(List<Message> messages) {
        return ask(messages).map(Answer::text).orElseThrow(() -> UserError.of("%s: the budget is spent", settings.url()));
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

    private Answer answer(List<Message> messages, ChatCompletion completion) {
        if (completion.choices().isEmpty()) {
            throw new OpenAIException("no choices");
        }
        ChatCompletion.Choice choice = completion.choices().get(0);
        String text = withoutKey(choice.message().content().orElse(""));
        long letters = text.length() + messages.stream().mapToLong(message -> message.content().length()).sum();
        long used = completion.usage().map(usage -> usage.totalTokens()).orElse(letters / LETTERS_PER_TOKEN);
        tokens.addAndGet(used);
        return new Answer(text, choice.finishReason().asString(), used);
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
    private static Duration retryAfter(OpenAIServiceException failure, Duration otherwise) {
        return failure.headers().values("Retry-After").stream().filter(seconds -> seconds.matches("\\d{1,6}"))
                .findFirst().map(seconds -> Duration.ofSeconds(Long.parseLong(seconds))).orElse(otherwise);
    }

    /** Its cause is left out, since a stack trace would print what the server sent. */
    private UserError refused(OpenAIServiceException failure) {
        String remedy = switch (failure.statusCode()) {
            case 401, 403 -> "is the environment variable OPENAI_API_KEY set, and is it of this server?";
            case 404 -> "is the address the one before /chat/completions, and is that a model of this server?";
            default -> "it said: " + shortened(withoutKey(String.valueOf(failure.body())));
        };
        return UserError.of("%s refused %s (status %d): %s", settings.url(), settings.model(), failure.statusCode(), remedy);
    }

    private static String shortened(String text) {
        return text.length() > 200 ? text.substring(0, 200) + "…" : text;
    }

    private String withoutKey(String text) {
        return settings.key() == null || settings.key().isEmpty() ? text : text.replace(settings.key(), "[key]");
    }

    @Override
    public void close() {
        client.close();
    }
}
