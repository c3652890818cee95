package llava4j.endpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import llava4j.endpoint.ChatEndpoint.Answer;
import llava4j.error.UserError;

/**
 * An endpoint whose answers are kept, so that none is paid for twice: teacher, judge and solver ask through this.
 *
 * <p>An answer's key is a digest of the model, its temperature, the limit of a reply, the messages, and what tells apart two
 * requests with the same messages. What one would get wrong: without the limit, a reply that was cut off would stand for
 * ever.
 */
public final class KeptAnswers implements AutoCloseable {

    private final ChatEndpoint endpoint;
    private final ReplyLog log;
    private final String remedy;

    /**
     * Asks nothing yet.
     *
     * @param endpoint answers what the log does not
     * @param log      where the answers are kept, or {@code null} if they are not
     * @param remedy   is added to an error that ends the run: where the answers so far are, and how to go on; not while the
     *                 log is empty
     */
    public KeptAnswers(ChatEndpoint endpoint, ReplyLog log, String remedy) {
        this.endpoint = endpoint;
        this.log = log;
        this.remedy = remedy;
    }

    /** {@return who is asked, and how} */
    public EndpointSettings settings() {
        return endpoint.settings();
    }

    /**
     * The answer in the log, or else the endpoint's; may be called by several threads at once.
     *
     * @param mark     tells apart requests with the same messages; empty if there are none such
     * @param messages of the conversation so far, in order
     * @param line     what the log tells of an answer besides its text
     * @return the answer, or nothing where the budget is spent
     * @throws UserError if the endpoint refuses, or still fails after all retries
     */
    public Optional<Answer> ask(String mark, List<Message> messages, Function<Answer, ObjectNode> line) {
        String key = key(mark, messages);
        Optional<Answer> known = log == null ? Optional.empty() : log.find(key);
        if (known.isPresent()) {
            return known;
        }
        Optional<Answer> answer;
        try {
            answer = endpoint.ask(messages);
        } catch (UserError e) {
            throw new UserError(e.getMessage() + toGoOn(), e);
        }
        if (log != null) {
            answer.ifPresent(said -> log.add(key, said, line.apply(said)));
        }
        return answer;
    }

    /**
     * {@return the text of an answer without which there is no going on}
     *
     * @param messages of the conversation so far, in order
     * @param line     what the log tells of an answer besides its text
     * @throws UserError as {@link #ask}, or if the budget is spent
     */
    public String reply(List<Message> messages, Function<Answer, ObjectNode> line) {
        return ask("", messages, line).map(Answer::text)
                .orElseThrow(() -> UserError.of("%s: the budget is spent%s", settings().url(), toGoOn()));
    }

    private String toGoOn() {
        return log != null && log.isEmpty() ? "" : remedy;
    }

    private String key(String mark, List<Message> messages) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            String limit = settings().longestReply() == null ? "" : "\n" + settings().longestReply();
            digest.update((settings().model() + "\n" + settings().temperature() + limit + "\n" + mark + "\n" + messages)
                    .getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public void close() {
        endpoint.close();
        if (log != null) {
            log.close();
        }
    }
}
