package llava4j.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiFunction;

/** An OpenAI-compatible server on this machine that behaves as the test wants it to. */
public final class StubEndpoint implements AutoCloseable {

    /** What the server does with a request: {@link #status} 200 answers {@link #text}. */
    public record Behaviour(int status, String text, String finish, boolean half, boolean drop, String retryAfter) {

        public static Behaviour says(String text) {
            return new Behaviour(200, text, "stop", false, false, null);
        }

        public static Behaviour fails(int status) {
            return new Behaviour(status, null, null, false, false, status == 429 ? "0" : null);
        }

        public static Behaviour breaksOff(String text) {
            return new Behaviour(200, text, "stop", true, false, null);
        }

        public static Behaviour drops() {
            return new Behaviour(0, null, null, false, true, null);
        }

        public static Behaviour cutsOff(String text) {
            return new Behaviour(200, text, "length", false, false, null);
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final BiFunction<String, Integer, Behaviour> behaviour;
    private final List<JsonNode> requests = new ArrayList<>();
    private final List<String> asked = new ArrayList<>();
    private final List<String> answered = new ArrayList<>();
    private final List<String> authorizations = new ArrayList<>();

    /**
     * @param behaviour for a request, named by its system and its last message with a line of two dashes between, and how
     *                  often that has been asked before
     */
    public StubEndpoint(BiFunction<String, Integer, Behaviour> behaviour) throws IOException {
        this.behaviour = behaviour;
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.setExecutor(threads);
        server.createContext("/v1/chat/completions", this::handle);
        server.start();
    }

    public static String name(List<Message> messages) {
        return messages.get(0).content() + "\n--\n" + messages.get(messages.size() - 1).content();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
    }

    /** All requests that came, in order. */
    public synchronized List<JsonNode> requests() {
        return List.copyOf(requests);
    }

    /** Names of all requests that came, in order. */
    public synchronized List<String> asked() {
        return List.copyOf(asked);
    }

    /** Names of the requests that were answered in full. */
    public synchronized List<String> answered() {
        return List.copyOf(answered);
    }

    public synchronized List<String> authorizations() {
        return List.copyOf(authorizations);
    }

    private void handle(HttpExchange exchange) throws IOException {
        JsonNode request = JSON.readTree(exchange.getRequestBody().readAllBytes());
        JsonNode messages = request.get("messages");
        String name = messages.get(0).get("content").asText() + "\n--\n"
                + messages.get(messages.size() - 1).get("content").asText();
        int before;
        synchronized (this) {
            before = (int) asked.stream().filter(name::equals).count();
            requests.add(request);
            asked.add(name);
            authorizations.add(exchange.getRequestHeaders().getFirst("Authorization"));
        }
        Behaviour wanted = behaviour.apply(name, before);
        if (wanted.drop) {
            exchange.close();
            return;
        }
        byte[] body = JSON.writeValueAsBytes(wanted.status == 200 ? completion(wanted) : JSON.createObjectNode()
                .set("error", JSON.createObjectNode().put("message", "with "
                        + exchange.getRequestHeaders().getFirst("Authorization") + " it is not to be had")));
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        if (wanted.retryAfter != null) {
            exchange.getResponseHeaders().add("Retry-After", wanted.retryAfter);
        }
        synchronized (this) {
            if (wanted.status == 200 && !wanted.half) {
                answered.add(name);
            }
        }
        exchange.sendResponseHeaders(wanted.status, body.length);
        exchange.getResponseBody().write(body, 0, wanted.half ? body.length / 2 : body.length);
        exchange.close();
    }

    private static ObjectNode completion(Behaviour wanted) {
        ObjectNode completion = JSON.createObjectNode().put("id", "1").put("object", "chat.completion").put("created", 1)
                .put("model", "stub");
        completion.putArray("choices").addObject().put("index", 0).put("finish_reason", wanted.finish)
                .putObject("message").put("role", "assistant").put("content", wanted.text);
        completion.putObject("usage").put("prompt_tokens", 90).put("completion_tokens", 10).put("total_tokens", 100);
        return completion;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
