package llava4j.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.Optional;
import llava4j.Llava;
import llava4j.error.UserError;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A server")
class ServerTest {

    @Test
    @DisplayName("with a token gives nothing but the page to who does not show it; one whose port is taken says so")
    void tokenAndPort() {
        Llava model = Served.model();
        try (Served served = new Served(model, usual -> new ServeSettings(usual.host(), 0, Optional.of("secret"), usual.places(),
                usual.timeout(), usual.largestRequest(), false, usual.name()))) {
            assertEquals(200, served.get("").statusCode());
            for (String path : new String[] {"v1/models", "metrics", "llava4j/about", "llava4j/run"}) {
                assertEquals(401, served.get(path).statusCode(), path);
                assertEquals(200, served.send(served.to(path).header("Authorization", "Bearer secret").build()).statusCode(), path);
            }
            assertEquals(401, served.post("v1/chat/completions", "{}").statusCode());

            ServeSettings usual = ServeSettings.usual("llava");
            Server second = new Server(model, new ServeSettings(usual.host(), URI.create(served.address).getPort(), Optional.empty(), 1,
                    usual.timeout(), 1000, false, "llava"), line -> { }, failure -> { });
            String message = assertThrows(UserError.class, second::start).getMessage();
            assertTrue(message.startsWith("--port ") && message.contains("choose another"), message);
        }
    }
}
