package llava4j.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.javalin.Javalin;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("A client that waits in the line")
@Timeout(120)
class LeavingTest {

    private final DecodingLine line = new DecodingLine(3, 8, () -> false);
    private final CountDownLatch go = new CountDownLatch(1);
    private final AtomicInteger computed = new AtomicInteger();
    private Javalin web;
    private DecodingLine.Place first;

    /** One request is being answered until {@link #go}, and whoever comes waits. */
    @BeforeEach
    void serve() {
        first = line.place();
        first.run(() -> {
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        ServeSettings usual = ServeSettings.usual(Served.NAME);
        PictureSource source = new PictureSource(false, usual.largestRequest());
        ChatCompletions completions = new ChatCompletions(usual, line, new Speaker(Served.model()), new Metrics(), source);
        web = Javalin.create(config -> config.showJavalinBanner = false);
        web.post("/ask", completions::handle);
        web.post("/look", context -> {
            try (DecodingLine.Place place = line.place()) {
                context.req().getInputStream().readAllBytes();
                context.result("computed " + place.call(computed::incrementAndGet, 100, ClientConnection.current()));
            }
        });
        web.start("127.0.0.1", 0);
    }

    @AfterEach
    void close() {
        go.countDown();
        web.stop();
        line.close();
    }

    private Socket send(String request) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), web.port());
        socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
        return socket;
    }

    private static String post(String path, String body) {
        return "POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private void awaitTaken(int places) throws InterruptedException {
        while (line.taken() != places) {
            Thread.sleep(20);
        }
    }

    @Test
    @DisplayName("gives up its place when it leaves, and what it asked for is not computed")
    void leaves() throws IOException, InterruptedException {
        String question = Served.request(Served.picture(1), "describe the picture in detail.").toString();
        Socket asks = send(post("/ask", question));
        Socket looks = send(post("/look", ""));
        awaitTaken(3);
        asks.close();
        awaitTaken(2);
        looks.close();
        awaitTaken(1);
        first.close();
        go.countDown();
        try (DecodingLine.Place last = line.place()) {
            CountDownLatch reached = new CountDownLatch(1);
            last.run(reached::countDown);
            reached.await();
        }
        assertEquals(0, computed.get());
    }

    @Test
    @DisplayName("keeps its place while it stays, and its next request, sent too early, is not lost")
    void stays() throws IOException, InterruptedException {
        try (Socket socket = send(post("/look", ""))) {
            awaitTaken(2);
            for (int i = 0; i < 2; i++) {       // the first alone in the socket, the second after some of it has been read
                socket.getOutputStream().write(post("/look", "").getBytes(StandardCharsets.UTF_8));
                send(post("/look", "")).close();
                awaitTaken(3);
                awaitTaken(2);                  // the server has looked at one that left, so at this one too
            }
            go.countDown();
            BufferedReader answers = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            for (int i = 1; i <= 3; i++) {
                String header = answers.readLine();
                assertNotNull(header, "answer " + i + " is missing");
                assertTrue(header.startsWith("HTTP/1.1 200"), header);
                while (!header.isEmpty()) {
                    header = answers.readLine();
                }
                char[] body = new char[("computed " + i).length()];
                assertEquals(body.length, answers.read(body));
                assertEquals("computed ", new String(body, 0, 9));
            }
        }
    }
}
