package llava4j.teacher;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import llava4j.endpoint.ChatEndpoint;
import llava4j.endpoint.EndpointSettings;
import llava4j.endpoint.KeptAnswers;
import llava4j.endpoint.ReplyLog;
import llava4j.error.UserError;

/**
 * A language model as teacher, as in the paper; each reply is kept in a log, and none is asked for twice.
 */
public final class EndpointTeacher implements Teacher, AutoCloseable {

    private static final List<String> DESCRIPTION_QUESTIONS = TeacherPrompt.resource("detail/questions.txt").lines().toList();

    private final KeptAnswers model;

    /**
     * Opens the log; the endpoint is first asked by {@link #answer}.
     *
     * @param settings address, model, key, pace and budget
     * @param log      file of replies, made if need be
     * @param resume   whether replies may be in it already
     * @throws UserError if the log cannot be used
     */
    public EndpointTeacher(EndpointSettings settings, Path log, boolean resume) {
        if (!resume && holdsSomething(log)) {
            throw UserError.of("%s holds the replies of an earlier run: --resume goes on with them, or remove the file", log);
        }
        model = new KeptAnswers(new ChatEndpoint(settings), ReplyLog.open(log, "reply"),
                " The replies so far are kept: --resume goes on");
    }

    private static boolean holdsSomething(Path log) {
        try {
            return Files.exists(log) && Files.size(log) > 0;
        } catch (IOException e) {
            throw new UserError(log + ": cannot be read: choose another --out", e);
        }
    }

    /** The sample's seed tells apart two samples of one kind about one picture, whose messages are the same. */
    @Override
    public Optional<Reply> answer(Request request) {
        return model.ask(String.valueOf(request.seed()), request.messages(), answer -> JsonNodeFactory.instance.objectNode()
                        .put("id", request.id()).put("model", model.settings().model()))
                .map(answer -> new Reply(answer.text(), !answer.finish().equals("length")));
    }

    @Override
    public List<String> descriptionQuestions() {
        return DESCRIPTION_QUESTIONS;
    }

    @Override
    public void close() {
        model.close();
    }
}
