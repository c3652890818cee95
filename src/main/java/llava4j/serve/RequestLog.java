package llava4j.serve;

import io.javalin.http.Context;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.function.Consumer;
import llava4j.generate.Assistant.Answer;

/** A line for each request: when, what, how it ended, how many tokens, how long. Of what was said there is nothing in it. */
final class RequestLog {

    /** Under this name a request carries the address that answers it, which is one of ours and not what the client wrote. */
    static final String ADDRESS = "address";

    /** Under this name a request carries how it ended, where its response had begun with another status. */
    static final String STATUS = "status";

    /** As nginx calls it: nobody is there to read a status. */
    static final int CLIENT_GONE = 499;

    private final Consumer<String> lines;

    RequestLog(Consumer<String> lines) {
        this.lines = lines;
    }

    /** How a request ended. */
    static int status(Context context) {
        Integer ended = context.attribute(STATUS);
        return ended == null ? context.statusCode() : ended;
    }

    void write(Context context, float milliseconds) {
        String address = context.attribute(ADDRESS);
        Answer answer = context.attribute(ChatCompletions.ANSWER);
        String tokens = answer == null ? "" : String.format(Locale.ROOT, " prompt=%d known=%d answer=%d end=%s",
                answer.promptTokens(), answer.knownTokens(), answer.tokens(), answer.end().name().toLowerCase(Locale.ROOT));
        lines.accept(String.format(Locale.ROOT, "%s %s %s %d%s %.0f ms", Instant.now().truncatedTo(ChronoUnit.MILLIS),
                context.method(), address == null ? "-" : address, status(context), tokens, milliseconds));
    }
}
