package llava4j.teacher;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import llava4j.endpoint.ChatEndpoint;
import llava4j.endpoint.EndpointSettings;
import llava4j.endpoint.Message;
import llava4j.error.UserError;

/**
 * A language model as teacher, as in the paper; each reply is kept in a log, and none is asked for twice.
 */
public final class EndpointTeacher implements Teacher, AutoCloseable {

    private static final List<String> DESCRIPTION_QUESTIONS = Prompt.resource("detail/questions.txt").lines().toList();

    private final ChatEndpoint endpoint;
    private final ReplyLog log;

    /**
     * Opens the log; the endpoint is first asked by {@link #answer}.
     *
     * @param settings address, model, key, pace and budget
     * @param log      file of replies, made if need be
     * @param resume   whether replies may be in it already
     * @throws UserError if the log cannot be used
     */
    public EndpointTeacher(EndpointSettings settings, Path log, boolean resume) {
        this.log = ReplyLog.open(log, resume);
        this.endpoint = new ChatEndpoint(settings);
    }

    @Override
    public Optional<Reply> answer(Request request) {
        List<Message> messages = request.messages();
        String key = fingerprint(request, messages);
        Optional<Reply> known = log.find(key);
        return known.isPresent() ? known
                : ask(messages).map(answer -> log.add(key, request, endpoint.settings().model(), answer));
    }

    private Optional<ChatEndpoint.Answer> ask(List<Message> messages) {
        try {
            return endpoint.ask(messages);
        } catch (UserError e) {
            throw new UserError(e.getMessage() + " The replies so far are kept: --resume goes on");
        }
    }

    /** The sample's seed tells apart two samples of one kind about one picture, whose messages are the same. */
    private String fingerprint(Request request, List<Message> messages) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((endpoint.settings().model() + "\n" + endpoint.settings().temperature() + "\n" + request.seed()
                    + "\n" + messages).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public List<String> descriptionQuestions() {
        return DESCRIPTION_QUESTIONS;
    }

    @Override
    public void close() {
        endpoint.close();
        log.close();
    }
}
