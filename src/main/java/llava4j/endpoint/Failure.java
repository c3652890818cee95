package llava4j.endpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Locale;
import javax.net.ssl.SSLException;

/**
 * Why a request brought no answer, in the endpoint's own words where it sent some, and whether it may help to ask again.
 *
 * <p>What one would get wrong: 429 is a server that is busy, and also an account without credit, for which no waiting
 * helps. What this says may repeat the key: {@link ChatEndpoint} takes it out.
 *
 * @param what   happened, with the server's words
 * @param remedy what to do about it
 * @param again  whether the same request may succeed later
 */
record Failure(String what, String remedy, boolean again) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST_QUOTE = 300;

    /** An answer with a status that is no success. */
    static Failure status(int status, String body) {
        String said = words(body);
        String what = "status " + status + (said.isEmpty() ? "" : ", it said: " + said);
        String text = body.toLowerCase(Locale.ROOT);
        if (status == 402 || status == 429 && (text.contains("insufficient_quota") || text.contains("billing"))) {
            return new Failure(what, "the account has no credit left: top it up, or set OPENAI_API_KEY to another's", false);
        }
        if (status == 408 || status == 429 || status >= 500) {
            return new Failure(what, status == 429 ? "the server is busy: try later" : "the server has a fault: try later", true);
        }
        return new Failure(what, switch (status) {
            case 401, 403 -> "is the environment variable OPENAI_API_KEY set, and is it of this server?";
            case 404, 405 -> "is the address the one before /chat/completions, and is that a model of this server?";
            case 407 -> "the proxy wants a name and a password, which are not supported";
            default -> refusedSetting(text);
        }, false);
    }

    /** Models that reason take their own temperature alone, and older servers do not know max_completion_tokens. */
    private static String refusedSetting(String text) {
        if (text.contains("temperature")) {
            return "--temperature server leaves the temperature to the server";
        }
        if (text.contains("max_tokens") || text.contains("max_completion_tokens")) {
            return "--reply-tokens server leaves the length of a reply to the server";
        }
        return "mend what it names";
    }

    /** No answer at all, or half of one. */
    static Failure connection(Throwable failure) {
        Throwable cause = failure;
        while (!(cause instanceof IOException) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        String said = String.valueOf(cause.getMessage());
        if (cause instanceof UnknownHostException) {
            return new Failure("no such host is known: " + said, "is the address right, and is there a network?", false);
        }
        if (cause instanceof SSLException) {
            return new Failure("no trusted connection: " + shortened(said), "is it the right address? A certificate of your own "
                    + "authority is trusted with -Djavax.net.ssl.trustStore=FILE", false);
        }
        if (said.contains("CONNECT") || said.contains("authenticate with proxy")) {
            return new Failure("the proxy refused: " + shortened(said), "does the proxy allow this host? NO_PROXY names hosts "
                    + "that are reached without one", false);
        }
        if (cause instanceof ConnectException) {
            return new Failure("no connection: " + shortened(said), "is the server up?", true);
        }
        if (cause instanceof SocketTimeoutException || said.contains("timeout")) {
            return new Failure("no answer in time", "is the server up, or does it need longer?", true);
        }
        return new Failure("the connection broke off: " + shortened(said), "is the server up?", true);
    }

    /** A success whose body is not what the protocol asks for. */
    static Failure body(String body) {
        String beginning = shortened(body.strip());
        return beginning.startsWith("<") ? new Failure("it answered with a web page: " + beginning,
                "is the address the one before /chat/completions?", false)
                : new Failure("it answered with no completion: " + (beginning.isEmpty() ? "nothing" : beginning),
                "is that a chat model, and the address the one before /chat/completions?", true);
    }

    /** The message in an error's body, or all of it. */
    private static String words(String body) {
        try {
            JsonNode root = JSON.readTree(body);
            for (String place : new String[] {"/error/message", "/message", "/error", "/detail"}) {
                if (root != null && root.at(place).isTextual()) {
                    return shortened(root.at(place).asText());
                }
            }
        } catch (JsonProcessingException e) {
            return shortened(body.strip());     // the server said it in another form
        }
        return shortened(body.strip());
    }

    private static String shortened(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ");
        return line.length() > LONGEST_QUOTE ? line.substring(0, LONGEST_QUOTE) + "…" : line;
    }
}
