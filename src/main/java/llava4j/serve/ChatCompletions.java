package llava4j.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import llava4j.generate.Assistant.Answer;

/**
 * {@code POST /v1/chat/completions}: an answer, whole or as a stream of server-sent events.
 *
 * <p>Nothing is sent before the model has begun to speak: until then a request may still turn out to be wrong, and its status
 * has to say so. From then on something is sent at least every second, if only a blank, which both forms allow, so that nothing
 * between here and the client takes the connection for dead. Whether the client is still there is looked at as often, also while
 * it waits in the line; for one that has left nothing is decoded any further.
 */
final class ChatCompletions {

    /** Under this name a request's answer is kept with it, for the log. */
    static final String ANSWER = "answer";
    private static final long SIGN_OF_LIFE_MS = 1000;

    private final ServeSettings settings;
    private final DecodingLine line;
    private final Speaker speaker;
    private final Metrics metrics;
    private final PictureSource source;

    ChatCompletions(ServeSettings settings, DecodingLine line, Speaker speaker, Metrics metrics, PictureSource source) {
        this.settings = settings;
        this.line = line;
        this.speaker = speaker;
        this.metrics = metrics;
        this.source = source;
    }

    /** A failure after the answer had begun, when no status can tell of it any more; the client has been told in the stream. */
    static final class BrokenOff extends IOException {
        BrokenOff(Throwable cause) {
            super("the answer broke off", cause);
        }
    }

    void handle(Context context) throws IOException, InterruptedException {
        try (DecodingLine.Place place = line.place()) {
            Reply reply = new Reply(settings.timeout().toNanos());
            try {
                ChatRequest request = ChatRequest.of(Body.json(context, settings.largestRequest()), settings.name(), source);
                ClientConnection client = ClientConnection.current();
                place.run(() -> speaker.answer(request, reply));
                Answer answer = request.stream() ? stream(context, request, reply, client) : whole(context, reply, client);
                metrics.answer(answer, reply);
                context.attribute(ANSWER, answer);
            } catch (IOException e) {
                context.attribute(RequestLog.STATUS, RequestLog.CLIENT_GONE);
                throw e;
            } finally {
                reply.leave();
            }
        }
    }

    /** The next event, or {@code null} after a second without one, as long as there is somebody to hear of it. */
    private static Reply.Event next(Reply reply, ClientConnection client) throws IOException, InterruptedException {
        Reply.Event event = reply.next(SIGN_OF_LIFE_MS);
        client.checkOpen();
        return event;
    }

    private Answer whole(Context context, Reply reply, ClientConnection client) throws IOException, InterruptedException {
        OutputStream out = null;
        while (true) {
            Reply.Event event = next(reply, client);
            if (event == null && Double.isNaN(reply.secondsToFirstPiece())) {
                continue;
            }
            if (event == null) {
                out = out == null ? begin(context, "application/json") : out;
                send(out, "\n");
            } else if (event.failure() != null) {
                throw failure(event.failure());
            } else if (event.answer() != null) {
                out = out == null ? begin(context, "application/json") : out;
                send(out, new CompletionForm(settings.name()).whole(event.answer()).toString());
                return event.answer();
            }
        }
    }

    private Answer stream(Context context, ChatRequest request, Reply reply, ClientConnection client)
            throws IOException, InterruptedException {
        CompletionForm form = new CompletionForm(settings.name());
        OutputStream out = null;
        while (true) {
            Reply.Event event = next(reply, client);
            if (event == null && out == null) {
                continue;
            }
            if (event != null && event.failure() != null) {
                if (out == null) {
                    throw failure(event.failure());
                }
                send(out, data(ApiError.of(event.failure()).json()));
                throw new BrokenOff(event.failure());
            }
            if (out == null) {
                out = begin(context, "text/event-stream");
                send(out, data(form.begin()));
            }
            if (event == null) {
                send(out, ": still here\n\n");
            } else if (event.piece() != null) {
                send(out, data(form.piece(event.piece())));
            } else {
                send(out, data(form.end(event.answer())) + (request.usage() ? data(form.usageChunk(event.answer())) : "")
                        + "data: [DONE]\n\n");
                return event.answer();
            }
        }
    }

    private static RuntimeException failure(Throwable failure) {
        return failure instanceof RuntimeException known ? known : new IllegalStateException(failure);
    }

    private static OutputStream begin(Context context, String type) throws IOException {
        context.status(200).contentType(type).header("Cache-Control", "no-store");
        return context.res().getOutputStream();
    }

    private static String data(ObjectNode node) {
        return "data: " + node + "\n\n";
    }

    private static void send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
