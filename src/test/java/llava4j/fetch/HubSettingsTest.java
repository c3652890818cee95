package llava4j.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import llava4j.error.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the environment says about the way to the hub. */
class HubSettingsTest {

    @Test
    void withoutAnyVariableTheHubIsAskedDirectlyAndWithoutAToken() {
        HubSettings settings = HubSettings.from(Map.of());
        assertEquals("https://huggingface.co/", settings.endpoint().toString());
        assertEquals(Optional.empty(), settings.token());
    }

    @Test
    void aProxyOrAHubThatCannotBeUsedIsNamedWithoutItsPassword() {
        refused("HTTPS_PROXY", "socks5://me:secret@p.example:1");
        refused("HTTP_PROXY", "http://me:se cret@p.example:1");
        refused("HF_ENDPOINT", "ftp://mirror.example");
        refused("HF_ENDPOINT", "mirror example");
        refused("HF_ENDPOINT", "https://me:secret@mirror.example");
        refused("HF_TOKEN", "secret\nX: y");
    }

    @Test
    void aTokenIsNotSentUnencryptedExceptToThisMachine() {
        assertThrows(UserError.class, () -> HubSettings.from(Map.of("HF_TOKEN", "t", "HF_ENDPOINT", "http://mirror.example")));
        assertTrue(HubSettings.from(Map.of("HF_TOKEN", "t", "HF_ENDPOINT", "http://127.0.0.1:9")).token().isPresent());
        assertFalse(HubSettings.from(Map.of("HF_TOKEN", "secret")).toString().contains("secret"));
    }

    private static void refused(String name, String value) {
        String said = assertThrows(UserError.class, () -> HubSettings.from(Map.of(name, value))).getMessage();
        assertTrue(said.contains(name) && !said.contains("secret"), said);
    }

    @Test
    void aPlainProxyIsAskedForTheWholeAddressWithNameAndPassword(@TempDir Path folder) throws IOException {
        List<String> asked = Collections.synchronizedList(new ArrayList<>());
        HttpServer proxy = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        proxy.createContext("/", exchange -> {
            asked.add(exchange.getRequestURI() + " " + StubHub.header(exchange, "Proxy-Authorization"));
            StubHub.answer(exchange, 404, new byte[0]);
        });
        proxy.start();
        try {
            Map<String, String> environment = Map.of("HF_ENDPOINT", "http://hub.invalid", "HTTP_PROXY",
                    "http://me:pass@127.0.0.1:" + proxy.getAddress().getPort());
            assertThrows(UserError.class, () -> new Fetch(HubSettings.from(environment), FetchListener.SILENT)
                    .run(StubHub.REPO, List.of(), folder));
        } finally {
            proxy.stop(0);
        }
        // "me:pass" in base 64
        assertEquals(List.of("http://hub.invalid/api/models/owner/name/revision/main Basic bWU6cGFzcw=="), asked);
    }

    @Test
    void throughAProxyToAnEncryptedHubTheProxySeesTheHostAloneAndNotTheToken(@TempDir Path folder) throws Exception {
        List<String> heard = Collections.synchronizedList(new ArrayList<>());
        try (ServerSocket proxy = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> refuseOne(proxy, heard));
            thread.start();
            HubSettings settings = HubSettings.from(Map.of("HF_ENDPOINT", "https://hub.invalid", "HF_TOKEN", "hf_secret",
                    "HTTPS_PROXY", "http://me:pass@127.0.0.1:" + proxy.getLocalPort()));
            HubSettings once = new HubSettings(settings.endpoint(), settings.token(), settings.proxies(), 1, Duration.ZERO,
                    Duration.ofSeconds(20));
            assertThrows(UserError.class, () -> new Fetch(once, FetchListener.SILENT).run(StubHub.REPO, List.of(), folder));
            thread.join();
        }
        assertTrue(heard.get(0).startsWith("CONNECT hub.invalid:443 "), heard.toString());
        assertTrue(heard.stream().anyMatch(line -> line.equalsIgnoreCase("Proxy-Authorization: Basic bWU6cGFzcw==")),
                heard.toString());
        assertTrue(heard.stream().noneMatch(line -> line.contains("hf_secret")), heard.toString());
    }

    private static void refuseOne(ServerSocket proxy, List<String> heard) {
        try (Socket socket = proxy.accept();
                BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(),
                        StandardCharsets.US_ASCII))) {
            for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                heard.add(line);
            }
            socket.getOutputStream().write("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            heard.add(e.toString());
        }
    }

    @Test
    void aRepositoryIsWrittenAsTheHubWritesIt() {
        assertEquals("api/models/o/n/tree/refs%2Fpr%2F3", HubRepo.parse("hf:o/n@refs/pr/3").api("tree"));
        assertEquals("datasets/o/n/resolve/main/a/b%20c.json", HubRepo.parse("hf:datasets/o/n").content("a/b c.json"));
        for (String wrong : List.of("o/n", "hf:o", "hf:o/n/m", "hf:../n", "hf:o/..", "hf:o/n@", "hf:spaces/o/n")) {
            assertThrows(UserError.class, () -> HubRepo.parse(wrong), wrong);
        }
        assertEquals("hf:lmsys/vicuna-7b-v1.5@v1", Recipe.of("vicuna-7b@v1").repo().toString());
        assertTrue(assertThrows(UserError.class, () -> Recipe.of("vicuna")).getMessage().contains("vicuna-7b"));
    }
}
