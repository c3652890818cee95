package llava4j.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import llava4j.error.UserError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server, or a proxy before it, may send in place of an answer: a raw socket says it, word for word. */
@Timeout(120)
class ChatEndpointTest {

    private static final String KEY = "sk-nobody-may-read-this-0123456789";
    private static final List<Message> QUESTION = List.of(new Message("user", "Who?"));
    private static final String GOOD = "{\"choices\": [{\"message\": {\"content\": \"I.\"}, \"finish_reason\": \"stop\"}]}";

    /** The first byte of a client that wants a certificate. */
    private static final int TLS_BEGINS = 0x16;

    private final List<Socket> open = new CopyOnWriteArrayList<>();
    /** The first lines of the requests that came. */
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private ServerSocket server;
    private Thread answering;

    private int serve(String... responses) throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        answering = new Thread(() -> {
            for (int i = 0; ; i++) {
                try {
                    Socket socket = server.accept();
                    open.add(socket);
                    asked.add(request(socket.getInputStream()));
                    socket.getOutputStream().write(responses[Math.min(i, responses.length - 1)].getBytes(StandardCharsets.UTF_8));
                    socket.getOutputStream().flush();
                    socket.close();
                } catch (IOException e) {
                    if (server.isClosed()) {
                        return;
                    }
                }
            }
        });
        answering.setDaemon(true);
        answering.start();
        return server.getLocalPort();
    }

    /** The port is free only when the thread that waits at it has heard of it. */
    private void stopServing() throws IOException {
        server.close();
        try {
            answering.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Reads a request whole, so that closing the socket afterwards does not reset it; returns its first line. */
    private static String request(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
            int b = in.read();
            if (b < 0 || b == TLS_BEGINS && head.size() == 0) {
                break;
            }
            head.write(b);
        }
        String text = head.toString(StandardCharsets.US_ASCII);
        for (String line : text.split("\r\n")) {
            if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
                in.readNBytes(Integer.parseInt(line.split(":")[1].strip()));
            }
        }
        return text.split("\r\n")[0];
    }

    @AfterEach
    void stop() throws IOException {
        if (server != null) {
            server.close();
        }
        for (Socket socket : open) {
            socket.close();
        }
    }

    private static String response(String status, String type, String body) {
        return "HTTP/1.1 " + status + "\r\nContent-Type: " + type + "\r\nContent-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length + "\r\nConnection: close\r\n\r\n" + body;
    }

    private static String json(String status, String body) {
        return response(status, "application/json", body);
    }

    private static EndpointSettings settings(String url) {
        return new EndpointSettings(url, "m", KEY, 0.2, 100, 2, Duration.ofMillis(1), Duration.ofSeconds(20), 60_000,
                Integer.MAX_VALUE, Long.MAX_VALUE);
    }

    private static String failure(String url, Map<String, String> environment) {
        try (ChatEndpoint endpoint = new ChatEndpoint(settings(url), environment)) {
            String message = assertThrows(UserError.class, () -> endpoint.ask(QUESTION)).getMessage();
            assertFalse(message.contains(KEY), message);
            assertFalse(message.contains("\n"), message);
            return message;
        }
    }

    private String failure(String... responses) throws IOException {
        return failure("http://127.0.0.1:" + serve(responses) + "/v1", Map.of());
    }

    @ParameterizedTest(name = "status {0} that says \"{1}\" is told in the server''s words, with \"{2}\", and asked {3} times")
    @CsvSource(delimiter = '|', value = {
        "400 Bad Request | temperature 0.2 is not taken by this model, only 1 | --temperature server | 1",
        "400 Bad Request | Unsupported parameter: max_completion_tokens | --reply-tokens server | 1",
        "401 Unauthorized | Incorrect API key provided: sk-nobody-may-read-this-0123456789 | OPENAI_API_KEY | 1",
        "402 Payment Required | Insufficient balance | no credit left | 1",
        "404 Not Found | The model m does not exist | /chat/completions | 1",
        "429 Too Many Requests | You exceeded your current quota, check your plan and billing details | no credit left | 1",
        "429 Too Many Requests | Rate limit reached | after 3 tries | 3",
        "503 Service Unavailable | warming up | after 3 tries | 3"})
    void refusals(String status, String said, String remedy, int times) throws IOException {
        String message = failure(json(status, "{\"error\": {\"message\": \"" + said + "\"}}"));
        assertTrue(message.contains("status " + status.substring(0, 3)), message);
        assertTrue(message.contains(said.replace(KEY, "[key]")), message);
        assertTrue(message.contains(remedy), message);
        assertEquals(times, asked.size());
        assertEquals(times == 3, !message.contains("no credit") && message.contains("tries"), message);
    }

    @Test
    @DisplayName("an error that is no JSON is told too")
    void errorPage() throws IOException {
        assertTrue(failure(response("403 Forbidden", "text/html", "<html>not from here</html>")).contains("status 403"));
    }

    @Test
    @DisplayName("a web page in place of an answer ends the run at once: the address is wrong")
    void webPage() throws IOException {
        String message = failure(response("200 OK", "text/html", "<!DOCTYPE html>\n<title>Welcome</title>"));
        assertTrue(message.contains("a web page: <!DOCTYPE html> <title>Welcome") && message.contains("/chat/completions"),
                message);
        assertEquals(1, asked.size());
    }

    @ParameterizedTest(name = "{0} in place of a completion is asked for again, and then told")
    @ValueSource(strings = {"{\"choices\": []}", "{\"object\": \"list\", \"data\": []}", "[]", "{\"choices\": [{\"mess", "null"})
    void noCompletion(String body) throws IOException {
        String message = failure(json("200 OK", body));
        assertTrue(message.contains("no completion: " + body), message);
        assertEquals(3, asked.size());
    }

    @Test
    @DisplayName("an answer that breaks off and one without choices are asked for again")
    void again() throws IOException {
        String half = json("200 OK", GOOD);
        String url = "http://127.0.0.1:" + serve(half.substring(0, half.length() - 20), json("200 OK", "{\"choices\": []}"),
                half) + "/v1";
        try (ChatEndpoint endpoint = new ChatEndpoint(settings(url), Map.of())) {
            assertEquals("I.", endpoint.ask(QUESTION).orElseThrow().text());
        }
        assertEquals(3, asked.size());
    }

    @Test
    @DisplayName("a redirect to a page ends in one line and does not carry the key anywhere that is told")
    void redirect() throws IOException {
        String message = failure("HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                response("200 OK", "text/html", "<html>log in</html>"));
        assertTrue(message.contains("log in") || message.contains("status 302"), message);
    }

    @Test
    @DisplayName("a server without the certificate that https needs, a host that is not known, and a closed port are told apart")
    void noConnection() throws IOException {
        int port = serve(response("200 OK", "text/plain", "no TLS here"));
        String noTls = failure("https://localhost:" + port + "/v1", Map.of());
        assertTrue(noTls.contains("no trusted connection"), noTls);
        String unknown = failure("http://no-such-host.invalid/v1", Map.of());
        assertTrue(unknown.contains("no-such-host.invalid") && unknown.contains("no such host"), unknown);
        stopServing();
        String closed = failure("http://127.0.0.1:" + port + "/v1", Map.of());
        assertTrue(closed.contains("is the server up?") && closed.contains("3 tries"), closed);
    }

    @Test
    @DisplayName("whether an endpoint is there is asked without a question; any answer will do")
    void reach() throws IOException {
        String url = "http://127.0.0.1:" + serve(json("404 Not Found", "{}"), json("200 OK", "{\"data\": []}"),
                response("501 Not Implemented", "text/html", "<html>")) + "/v1";
        try (ChatEndpoint endpoint = new ChatEndpoint(settings(url), Map.of())) {
            for (int i = 0; i < 3; i++) {
                endpoint.reach();
            }
            assertTrue(asked.stream().allMatch(line -> line.startsWith("GET /v1/models")), asked.toString());
            stopServing();
            assertTrue(assertThrows(UserError.class, endpoint::reach).getMessage().contains("is the server up?"));
        }
    }

    @ParameterizedTest(name = "{0} is obeyed: the request goes through the proxy")
    @ValueSource(strings = {"HTTP_PROXY", "http_proxy", "Http_Proxy", "ALL_PROXY"})
    void proxyIsObeyed(String variable) throws IOException {
        int proxy = serve(json("200 OK", GOOD));
        try (ChatEndpoint endpoint = new ChatEndpoint(settings("http://model.invalid/v1"),
                Map.of(variable, "http://127.0.0.1:" + proxy))) {
            assertEquals("I.", endpoint.ask(QUESTION).orElseThrow().text());
        }
        assertEquals(List.of("POST http://model.invalid/v1/chat/completions HTTP/1.1"), new ArrayList<>(asked));
    }

    @Test
    @DisplayName("a proxy that refuses is named, for http and for https")
    void proxyRefuses() throws IOException {
        int proxy = serve(response("407 Proxy Authentication Required", "text/html", "<html>who are you?</html>"),
                response("407 Proxy Authentication Required", "text/html", "<html>who are you?</html>"),
                response("403 Forbidden", "text/html", "<html>not there</html>"));
        Map<String, String> environment = Map.of("HTTP_PROXY", "127.0.0.1:" + proxy, "https_proxy", "http://127.0.0.1:" + proxy);
        String plain = failure("http://model.invalid/v1", environment);
        assertTrue(plain.contains("the proxy http://127.0.0.1:" + proxy + " (HTTP_PROXY)") && plain.contains("407"), plain);
        for (int i = 0; i < 2; i++) {
            String secure = failure("https://model.invalid/v1", environment);
            assertTrue(secure.contains("the proxy http://127.0.0.1:" + proxy + " (HTTPS_PROXY)"), secure);
            assertTrue(secure.contains("the proxy refused"), secure);
        }
        assertTrue(asked.get(1).startsWith("CONNECT model.invalid:443"), asked.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"sk-a\nsk-b", "sk a", "sk-\u00fc", "sk-\u0000"})
    @DisplayName("a key that cannot be sent in a header is refused without being told")
    void badKey(String key) {
        String message = assertThrows(UserError.class, () -> EndpointSettings.checked(key)).getMessage();
        assertTrue(message.contains("OPENAI_API_KEY") && !message.contains("sk"), message);
        assertEquals("sk-good", EndpointSettings.checked("sk-good"));
    }

    @ParameterizedTest(name = "{0} is no address")
    @ValueSource(strings = {"gpt-4", "http://", "http://[::1", "http://a b/v1", "ftp://a/v1", "http://u:p@a/v1", "http://a/v1?k=1"})
    void noAddress(String text) {
        assertFalse(EndpointSettings.isAddress(text));
    }
}
