package llava4j.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import llava4j.Llava;
import llava4j.generate.Chat;
import llava4j.generate.Sampler;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("/v1/chat/completions")
class CompletionsTest {

    private static final String DETAIL = "describe the picture in detail.";
    private static final String COUNT = "how many things are in the picture?";

    private static Llava model;
    private static Served served;

    @BeforeAll
    static void serve() {
        model = Served.model();
        served = new Served(model, settings -> settings);
    }

    @AfterAll
    static void close() {
        served.close();
    }

    /** What the chat of the command line answers. */
    private static List<String> chat(int picture, String... questions) {
        Chat chat = new Chat(model);
        chat.show(Served.picture(picture));
        return Stream.of(questions).map(question -> chat.ask(question, 256, Sampler.greedy(), piece -> { })).toList();
    }

    @Test
    @DisplayName("answers as the command line does, and counts the tokens")
    void whole() {
        JsonNode answer = served.ask(Served.request(Served.picture(2), DETAIL));
        assertEquals(chat(2, DETAIL).get(0), Served.text(answer));
        assertEquals("stop", answer.at("/choices/0/finish_reason").asText());
        assertEquals("assistant", answer.at("/choices/0/message/role").asText());
        int prompt = model.conversationEncoder().prompt(List.of(
                new llava4j.conversation.Conversation.Turn("<image>\n" + DETAIL, null))).length;
        assertEquals(prompt, answer.at("/usage/prompt_tokens").asInt());
        int said = model.tokenizer().encode(Served.text(answer), false).length + 1;        // and the one that ends it
        assertEquals(said, answer.at("/usage/completion_tokens").asInt());
        assertEquals(prompt + said, answer.at("/usage/total_tokens").asInt());
    }

    @Test
    @DisplayName("streams the same answer in pieces, and the numbers of tokens after it if they are asked for")
    void streamed() {
        ObjectNode request = Served.request(Served.picture(5), DETAIL);
        request.putObject("stream_options").put("include_usage", true);
        List<JsonNode> chunks = served.stream(request);
        String text = chunks.stream().map(chunk -> chunk.at("/choices/0/delta/content").asText()).collect(Collectors.joining());
        assertEquals(chat(5, DETAIL).get(0), text);
        assertTrue(chunks.size() > 6, "word by word: " + chunks.size());
        assertEquals("assistant", chunks.get(0).at("/choices/0/delta/role").asText());
        assertEquals("stop", chunks.get(chunks.size() - 2).at("/choices/0/finish_reason").asText());
        assertEquals(List.of(), chunks.get(chunks.size() - 1).get("choices").findValues("delta"));
        assertTrue(chunks.get(chunks.size() - 1).at("/usage/completion_tokens").asInt() > 6);
        assertEquals(1, chunks.stream().map(chunk -> chunk.get("id").asText()).distinct().count());
    }

    @Test
    @DisplayName("reads of a second question only what is new, and answers it as if all had been read")
    void secondTurn() {
        List<String> expected = chat(7, DETAIL, COUNT);
        JsonNode first = served.ask(Served.request(Served.picture(7), DETAIL));
        assertEquals(0, first.at("/usage/prompt_tokens_details/cached_tokens").asInt());
        JsonNode second = served.ask(Served.request(Served.picture(7), DETAIL, Served.text(first), COUNT));
        assertEquals(expected.get(1), Served.text(second));
        assertEquals(first.at("/usage/total_tokens").asInt() - 1,
                second.at("/usage/prompt_tokens_details/cached_tokens").asInt());
    }

    @Test
    @DisplayName("does not take the same question about another picture, or another one about the same, for one conversation")
    void anotherConversation() {
        served.ask(Served.request(Served.picture(9), COUNT));
        assertEquals(0, served.ask(Served.request(Served.picture(9), DETAIL))
                .at("/usage/prompt_tokens_details/cached_tokens").asInt());
        JsonNode other = served.ask(Served.request(Served.picture(10), COUNT));
        assertEquals(chat(10, COUNT).get(0), Served.text(other));
        assertEquals(0, other.at("/usage/prompt_tokens_details/cached_tokens").asInt());
    }

    @Test
    @DisplayName("ends for length where it was told to, and draws the same twice from one seed")
    void lengthAndSeed() {
        JsonNode cut = served.ask(Served.request(Served.picture(2), DETAIL).put("max_tokens", 3));
        assertEquals("length", cut.at("/choices/0/finish_reason").asText());
        assertEquals(3, cut.at("/usage/completion_tokens").asInt());
        ObjectNode bold = Served.request(Served.picture(2), DETAIL).put("temperature", 5).put("seed", 7);
        assertEquals(Served.text(served.ask(bold)), Served.text(served.ask(bold)));
    }

    @Test
    @DisplayName("gives each of many clients its own answer, while others hang up, send rubbish, or do not read")
    void manyClients() throws InterruptedException, ExecutionException, IOException {
        List<List<String>> expected = new ArrayList<>();
        for (int picture = 11; picture < 19; picture++) {
            expected.add(chat(picture, DETAIL, COUNT));
        }
        ExecutorService clients = Executors.newFixedThreadPool(12);
        List<Socket> silent = new ArrayList<>();
        List<Callable<Void>> work = new ArrayList<>();
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < expected.size(); i++) {
                int picture = 11 + i;
                List<String> answers = expected.get(i);
                work.add(() -> {
                    JsonNode first = served.ask(Served.request(Served.picture(picture), DETAIL));
                    assertEquals(answers.get(0), Served.text(first));
                    assertEquals(answers.get(1), Served.text(served.ask(Served.request(Served.picture(picture), DETAIL,
                            Served.text(first), COUNT))));
                    return null;
                });
                work.add(() -> {
                    Socket socket = half(Served.request(Served.picture(picture), DETAIL).put("stream", true).toString());
                    if (picture % 2 == 0) {
                        socket.close();
                    } else {
                        synchronized (silent) {
                            silent.add(socket);
                        }
                    }
                    assertEquals(400, served.post("v1/chat/completions", "{\"model\": \"llava\", ").statusCode());
                    return null;
                });
            }
        }
        for (Future<Void> done : clients.invokeAll(work, 120, TimeUnit.SECONDS)) {
            done.get();
        }
        clients.shutdown();
        for (Socket socket : silent) {
            socket.close();
        }
        assertNull(served.defects.poll(), "a failure that nobody foresaw");
    }

    /** A request whose answer nobody waits for. */
    private static Socket half(String body) throws IOException {
        URI address = URI.create(served.address);
        Socket socket = new Socket(address.getHost(), address.getPort());
        OutputStream out = socket.getOutputStream();
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        out.write(("POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: "
                + bytes.length + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
        out.write(bytes);
        out.flush();
        return socket;
    }

    @Test
    @DisplayName("writes a line to the log for each request, and nothing of what was said")
    void theLog() throws InterruptedException {
        served.log.clear();
        String answer = Served.text(served.ask(Served.request(Served.picture(3), COUNT)));
        String line = served.log.poll(10, TimeUnit.SECONDS);
        assertTrue(line.contains("POST /v1/chat/completions 200 prompt="), line);
        assertFalse(line.contains(answer) || line.contains("things"), line);
        String metrics = served.get("metrics").body();
        assertTrue(metrics.contains("llava4j_requests_total{status=\"200\"} ") && metrics.contains("llava4j_places_taken 0"),
                metrics);
    }

    @Test
    @DisplayName("is named in /v1/models")
    void models() {
        assertEquals("llava", Served.json(served.get("v1/models").body()).at("/data/0/id").asText());
        assertEquals("llava", Served.json(served.get("v1/models/llava").body()).at("/id").asText());
        assertEquals(404, served.get("v1/models/gpt").statusCode());
    }
}
