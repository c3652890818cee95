package llava4j.fetch;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A hub on this machine with one model, {@code owner/name}, that behaves as the test wants it to. */
final class StubHub implements AutoCloseable {

    static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
    static final HubRepo REPO = HubRepo.parse("hf:owner/name");

    /** A request that has come. */
    record Asked(String path, String range, String ifRange, String authorization) {
    }

    /** What is done with a request for a file; whoever answers says true, or else the file is served as it should be. */
    interface Behaviour {
        boolean answers(HttpExchange exchange, byte[] content, int before) throws IOException;
    }

    final Map<String, byte[]> files = new TreeMap<>();
    /** Instead of the true checksums. */
    final Map<String, String> wrongChecksums = new TreeMap<>();
    /** By the file's path. */
    final Map<String, Behaviour> behaviours = new TreeMap<>();
    final List<Asked> asked = new CopyOnWriteArrayList<>();
    String etag = "\"one\"";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    StubHub() throws IOException {
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
        files.put("config.json", "{}".getBytes(StandardCharsets.UTF_8));
    }

    HubSettings settings(String token) {
        return new HubSettings(URI.create("http://127.0.0.1:" + port() + "/"), Optional.ofNullable(token),
                ProxySelector.of(null), 3, Duration.ofMillis(1), Duration.ofSeconds(20));
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** The requests for a file's content. */
    List<Asked> askedFor(String file) {
        return asked.stream().filter(request -> request.path.endsWith("/resolve/" + COMMIT + "/" + file)).toList();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        int before = (int) asked.stream().filter(request -> request.path.equals(path)).count();
        asked.add(new Asked(path, header(exchange, "Range"), header(exchange, "If-Range"), header(exchange, "Authorization")));
        String name = path.replaceFirst("^/owner/name/resolve/" + COMMIT + "/", "");
        if (behaviours.containsKey(name)
                && behaviours.get(name).answers(exchange, files.getOrDefault(name, new byte[0]), before)) {
            exchange.close();
        } else if (path.equals("/api/models/owner/name/revision/main")) {
            answer(exchange, 200, ("{\"sha\": \"" + COMMIT + "\"}").getBytes(StandardCharsets.UTF_8));
        } else if (path.equals("/api/models/owner/name/tree/" + COMMIT)) {
            answer(exchange, 200, list());
        } else if (files.containsKey(name)) {
            serve(exchange, files.get(name));
        } else {
            answer(exchange, 404, new byte[0]);
        }
    }

    /** As the hub's storage does: the rest where it is asked for and unchanged, else the whole. */
    void serve(HttpExchange exchange, byte[] content) throws IOException {
        exchange.getResponseHeaders().add("ETag", etag);
        String range = header(exchange, "Range");
        String condition = header(exchange, "If-Range");
        if (range == null || condition != null && !condition.equals(etag)) {
            answer(exchange, 200, content);
            return;
        }
        int from = Integer.parseInt(range.replaceAll("\\D", ""));
        exchange.getResponseHeaders().add("Content-Range",
                "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
        answer(exchange, 206, Arrays.copyOfRange(content, from, content.length));
    }

    /** Sends some bytes of a longer answer and cuts the connection. */
    static void cut(HttpExchange exchange, byte[] content, int bytes) throws IOException {
        exchange.sendResponseHeaders(200, content.length);
        exchange.getResponseBody().write(content, 0, bytes);
        exchange.getResponseBody().flush();
        exchange.close();
    }

    static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    static String header(HttpExchange exchange, String name) {
        return exchange.getRequestHeaders().getFirst(name);
    }

    private byte[] list() throws IOException {
        ArrayNode list = new ObjectMapper().createArrayNode();
        list.addObject().put("type", "directory").put("path", "folder").put("oid", "0").put("size", 0);
        files.forEach((path, content) -> {
            boolean lfs = path.endsWith(".safetensors");
            byte[] header = lfs ? new byte[0] : ("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII);
            String oid = wrongChecksums.getOrDefault(path, hex(lfs ? "SHA-256" : "SHA-1", header, content));
            ObjectNode entry = list.addObject().put("type", "file").put("path", path).put("size", content.length);
            if (lfs) {
                entry.put("oid", "f".repeat(40)).putObject("lfs").put("oid", oid).put("size", content.length)
                        .put("pointerSize", 134);
            } else {
                entry.put("oid", oid);
            }
        });
        return new ObjectMapper().writeValueAsBytes(list);
    }

    private static String hex(String algorithm, byte[] header, byte[] content) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            digest.update(header);
            return HexFormat.of().formatHex(digest.digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
