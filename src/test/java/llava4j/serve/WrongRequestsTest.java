package llava4j.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.stream.Stream;
import llava4j.error.UserError;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("A request that cannot be meant so")
class WrongRequestsTest {

    private static final int LARGEST = 300_000;
    private static final String ASK = "{'role': 'user', 'content': 'what is it?'}";

    private static Served served;

    @BeforeAll
    static void serve() {
        served = new Served(Served.model(), usual -> new ServeSettings(usual.host(), 0, Optional.empty(), usual.places(),
                usual.timeout(), LARGEST, false, usual.name()));
    }

    @AfterAll
    static void close() {
        served.close();
    }

    private static String messages(String list) {
        return "{'model': 'llava', 'messages': [" + list + "]}";
    }

    private static String picture(String url) {
        return messages("{'role': 'user', 'content': [{'type': 'image_url', 'image_url': {'url': '" + url + "'}}]}");
    }

    private static String with(String setting) {
        return "{'model': 'llava', 'messages': [" + ASK + "], " + setting + "}";
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                Arguments.of("not JSON", "hello", 400, "null", "not valid JSON"),
                Arguments.of("half of it", "{'model': 'llava', ", 400, "null", "not valid JSON"),
                Arguments.of("two bodies", messages(ASK) + "{}", 400, "null", "more text"),
                Arguments.of("a name twice", "{'model': 'llava', 'model': 'llava'}", 400, "null", "Duplicate"),
                Arguments.of("nested without end", "[".repeat(5000), 400, "null", "not valid JSON"),
                Arguments.of("a list", "[]", 400, "null", "object"),
                Arguments.of("no model", "{'messages': [" + ASK + "]}", 400, "model", "/v1/models"),
                Arguments.of("another model", "{'model': 'gpt-4', 'messages': [" + ASK + "]}", 404, "model", "no such model"),
                Arguments.of("no messages", "{'model': 'llava'}", 400, "messages", "list of messages"),
                Arguments.of("empty messages", messages(""), 400, "messages", "list of messages"),
                Arguments.of("a role there is not", messages("{'role': 'wizard', 'content': 'a'}"), 400, "messages[0].role",
                        "need system"),
                Arguments.of("two questions", messages(ASK + "," + ASK), 400, "messages[1].role", "two questions"),
                Arguments.of("an answer first", messages("{'role': 'assistant', 'content': 'a'}"), 400, "messages[0].role",
                        "after a question"),
                Arguments.of("a system message later", messages(ASK + ",{'role': 'system', 'content': 'a'}"), 400,
                        "messages[1].role", "stands first"),
                Arguments.of("an answer last", messages(ASK + ",{'role': 'assistant', 'content': 'a'}"), 400, "messages",
                        "last message"),
                Arguments.of("no content", messages("{'role': 'user'}"), 400, "messages[0].content", "need a text"),
                Arguments.of("content of another kind", messages("{'role': 'user', 'content': [{'type': 'audio'}]}"), 400,
                        "messages[0].content[0].type", "image_url"),
                Arguments.of("<image> in a text", messages("{'role': 'user', 'content': 'a <image>?'}"), 400,
                        "messages[0].content", "leave out <image>"),
                Arguments.of("an address", picture("http://127.0.0.1:1/a.png"), 400, "messages[0].content[0].image_url",
                        "fetches no pictures"),
                Arguments.of("a file", picture("file:///etc/passwd"), 400, "messages[0].content[0].image_url", "data:image"),
                Arguments.of("data of no picture", picture("data:text/plain;base64,aGVsbG8="), 400,
                        "messages[0].content[0].image_url", "data:image"),
                Arguments.of("text for a picture", picture("data:image/png;base64,aGVsbG8="), 400, "messages", "picture 1"),
                Arguments.of("an empty picture", picture("data:image/png;base64,"), 400, "messages", "picture 1"),
                Arguments.of("an enormous picture", picture(Served.dataUri(Served.enormous())), 400, "messages", "pixels"),
                Arguments.of("a length of 0", with("'max_tokens': 0"), 400, "max_tokens", "at least 1"),
                Arguments.of("a length in words", with("'max_tokens': 'long'"), 400, "max_tokens", "whole number"),
                Arguments.of("a negative temperature", with("'temperature': -1"), 400, "temperature", "temperature"),
                Arguments.of("a temperature in words", with("'temperature': 'hot'"), 400, "temperature", "number"),
                Arguments.of("top-p of 0", with("'top_p': 0"), 400, "temperature", "top-p"),
                Arguments.of("a stream of 1", with("'stream': 1"), 400, "stream", "true or false"),
                Arguments.of("three answers", with("'n': 3"), 400, "n", "not supported"),
                Arguments.of("tools", with("'tools': [{'type': 'function'}]"), 400, "tools", "not supported"),
                Arguments.of("stop texts", with("'stop': ['a']"), 400, "stop", "not supported"),
                Arguments.of("a conversation that is too long", messages("{'role': 'user', 'content': '" + "tree ".repeat(300)
                        + "'}"), 400, "null", "context is 256"),
                Arguments.of("too large a body", messages("{'role': 'user', 'content': '" + "a".repeat(LARGEST) + "'}"), 413, "null",
                        "at most 300000 bytes"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrong")
    @DisplayName("is refused in OpenAI's form, naming the field and what to do")
    void refused(String what, String body, int status, String param, String words) {
        HttpResponse<String> response = served.post("v1/chat/completions", body.replace('\'', '"'));
        assertEquals(status, response.statusCode(), response.body());
        JsonNode error = Served.json(response.body()).get("error");
        assertEquals(param, error.get("param").asText());
        assertTrue(error.get("message").asText().contains(words), response.body());
        assertEquals("invalid_request_error", error.get("type").asText());
        assertFalse(response.body().contains("llava4j.") || response.body().contains("java.") || response.body().contains("/work"),
                "no stack trace and no path: " + response.body());
        assertNull(served.defects.poll(), "not a defect");
    }

    @Test
    @DisplayName("is stopped at the limit also where it does not say how long it is")
    void inPieces() {
        byte[] body = new byte[2 * LARGEST];
        HttpResponse<String> response = served.send(served.to("v1/chat/completions").POST(
                HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))).build());
        assertEquals(413, response.statusCode());
    }

    @Test
    @DisplayName("is refused from a page of another address, and unless it says that it is JSON")
    void otherPages() {
        HttpRequest.Builder ask = served.to("v1/chat/completions").POST(HttpRequest.BodyPublishers.ofString("{}"));
        assertEquals(403, served.send(ask.copy().header("Origin", "http://example.org").build()).statusCode());
        assertEquals(400, served.send(ask.copy().header("Origin", served.address.replaceFirst("/$", "")).build()).statusCode());
        assertEquals(415, served.send(ask.copy().setHeader("Content-Type", "text/plain").build()).statusCode());
    }

    @Test
    @DisplayName("is told so at an address that there is not, or with a method that it does not take")
    void addresses() {
        assertEquals("not_found", Served.json(served.get("v2/chat").body()).at("/error/code").asText());
        assertEquals(405, served.get("v1/chat/completions").statusCode());
    }

    @Test
    @DisplayName("needs the token where other machines could ask, and a server there does not start without one")
    void token() {
        AccessRules rules = new AccessRules(settings("0.0.0.0", Optional.of("secret")));
        rules.checkToken("Bearer secret");
        for (String shown : new String[] {null, "", "secret", "Bearer ", "Bearer secre", "bearer secret"}) {
            assertEquals(401, assertThrows(ApiError.class, () -> rules.checkToken(shown)).status());
        }
        String message = assertThrows(UserError.class,
                () -> new AccessRules(settings("0.0.0.0", Optional.empty()))).getMessage();
        assertTrue(message.contains("LLAVA4J_TOKEN"), message);
        new AccessRules(settings("127.0.0.1", Optional.empty())).checkPlace("localhost:8080", null);
        assertEquals(403, assertThrows(ApiError.class,
                () -> new AccessRules(settings("127.0.0.1", Optional.empty())).checkPlace("example.org:8080", null)).status());
    }

    private static ServeSettings settings(String host, Optional<String> token) {
        ServeSettings usual = ServeSettings.usual("llava");
        return new ServeSettings(host, 0, token, usual.places(), usual.timeout(), usual.largestRequest(), false, "llava");
    }
}
