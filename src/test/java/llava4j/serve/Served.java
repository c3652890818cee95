package llava4j.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import llava4j.Llava;

/** The shipped model on a port of its own, and how a test asks it. */
final class Served implements AutoCloseable {

    static final ObjectMapper JSON = new ObjectMapper();
    static final String NAME = "llava";

    final String address;
    final BlockingQueue<String> log = new LinkedBlockingQueue<>();
    final BlockingQueue<Throwable> defects = new LinkedBlockingQueue<>();
    private final Server server;
    private final HttpClient client = HttpClient.newHttpClient();

    Served(Llava model, UnaryOperator<ServeSettings> changed) {
        ServeSettings usual = ServeSettings.usual(NAME);
        server = new Server(model, changed.apply(new ServeSettings(usual.host(), 0, usual.token(), usual.places(), usual.timeout(),
                usual.largestRequest(), usual.allowFetch(), NAME)), log::add, defects::add);
        address = server.start();
    }

    static Llava model() {
        return Llava.open(Path.of("tiny-data/pretrained/llava"), Optional.of(Path.of("tiny-data/pretrained/clip")));
    }

    static Path picture(int number) {
        return Path.of(String.format("tiny-data/held-out/images/%06d.png", number));
    }

    static String dataUri(byte[] file) {
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(file);
    }

    static String dataUri(Path file) {
        try {
            return dataUri(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A whole PNG that says it has 40,000 x 40,000 pixels. */
    static byte[] enormous() {
        ByteBuffer png = ByteBuffer.allocate(57).put(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10});
        chunk(png, "IHDR", ByteBuffer.allocate(13).putInt(40_000).putInt(40_000).put(new byte[] {8, 2, 0, 0, 0}).array());
        chunk(png, "IDAT", new byte[0]);
        chunk(png, "IEND", new byte[0]);
        return png.array();
    }

    private static void chunk(ByteBuffer png, String name, byte[] content) {
        CRC32 sum = new CRC32();
        sum.update(name.getBytes(StandardCharsets.US_ASCII));
        sum.update(content);
        png.putInt(content.length).put(name.getBytes(StandardCharsets.US_ASCII)).put(content).putInt((int) sum.getValue());
    }

    /** A request about a picture, or about none; questions and answers in turn. */
    static ObjectNode request(Path picture, String... turns) {
        ObjectNode request = JSON.createObjectNode().put("model", NAME);
        ArrayNode messages = request.putArray("messages");
        for (int i = 0; i < turns.length; i++) {
            ObjectNode message = messages.addObject().put("role", i % 2 == 0 ? "user" : "assistant");
            if (i > 0 || picture == null) {
                message.put("content", turns[i]);
            } else {
                ArrayNode content = message.putArray("content");
                content.addObject().put("type", "text").put("text", turns[0]);
                content.addObject().put("type", "image_url").putObject("image_url").put("url", dataUri(picture));
            }
        }
        return request;
    }

    HttpResponse<String> send(HttpRequest request) {
        return send(request, HttpResponse.BodyHandlers.ofString());
    }

    <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> form) {
        try {
            return client.send(request, form);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create(address + path)).header("Content-Type", "application/json");
    }

    HttpResponse<String> post(String path, String body) {
        return send(to(path).POST(HttpRequest.BodyPublishers.ofString(body)).build());
    }

    HttpResponse<String> get(String path) {
        return send(to(path).GET().build());
    }

    JsonNode ask(ObjectNode request) {
        HttpResponse<String> response = post("v1/chat/completions", request.toString());
        if (response.statusCode() != 200) {
            throw new IllegalStateException(response.statusCode() + " " + response.body());
        }
        return json(response.body());
    }

    /** The chunks of a stream, without the last line that says that it is over. */
    List<JsonNode> stream(ObjectNode request) {
        String body = post("v1/chat/completions", request.put("stream", true).toString()).body();
        List<String> data = body.lines().filter(line -> line.startsWith("data: ")).map(line -> line.substring(6)).toList();
        if (!data.get(data.size() - 1).equals("[DONE]")) {
            throw new IllegalStateException("the stream is not whole: " + body);
        }
        return data.subList(0, data.size() - 1).stream().map(Served::json).collect(Collectors.toList());
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(JsonNode completion) {
        return completion.at("/choices/0/message/content").asText();
    }

    @Override
    public void close() {
        server.close();
    }
}
