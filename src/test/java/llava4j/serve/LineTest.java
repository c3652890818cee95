package llava4j.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import llava4j.Llava;
import llava4j.generate.Assistant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The line in which requests stand")
class LineTest {

    private static final long PATIENCE = TimeUnit.HOURS.toNanos(1);

    @Test
    @DisplayName("has so many places; who comes when all are taken is told to come again, and a place that is left is free")
    void places() {
        try (DecodingLine line = new DecodingLine(2, 8, () -> false)) {
            DecodingLine.Place first = line.place();
            line.place();
            ApiError full = assertThrows(ApiError.class, line::place);
            assertEquals(429, full.status());
            assertEquals("rate_limit_exceeded", full.json().at("/error/code").asText());
            assertEquals(2, line.taken());
            first.close();
            line.place();
        }
    }

    @Test
    @DisplayName("lets nobody in any more when the server stops, and waits for those who are in")
    void stopping() throws InterruptedException {
        try (DecodingLine line = new DecodingLine(2, 8, () -> false)) {
            CountDownLatch go = new CountDownLatch(1);
            DecodingLine.Place place = line.place();
            List<String> order = new ArrayList<>();
            Thread request = new Thread(() -> {
                try (place) {
                    go.await();
                    order.add("answered");
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            request.start();
            assertFalse(line.drain(0), "one is still in");
            assertEquals(503, assertThrows(ApiError.class, line::place).status());
            go.countDown();
            assertTrue(line.drain(60));
            assertEquals(List.of("answered"), order);
            request.join();
        }
    }

    @Test
    @DisplayName("is not held up by an answer for which nobody waits any more: it ends with its next token")
    void aClientThatLeaves() throws InterruptedException {
        Llava model = Served.model();
        int end = model.config().eosTokenIds().get(0);
        model.weights().get("language_model.lm_head.weight").getRow(end).assign(0);        // it would go on and on
        Speaker speaker = new Speaker(model);
        Assistant.Answer whole = answer(speaker, new Reply(PATIENCE), false);
        assertEquals(Assistant.End.LENGTH, whole.end());
        Assistant.Answer left = answer(speaker, new Reply(PATIENCE), true);
        assertEquals(Assistant.End.GIVEN_UP, left.end());
        assertTrue(left.tokens() < whole.tokens(), left.tokens() + " of " + whole.tokens());
        Reply gone = new Reply(PATIENCE);
        gone.leave();
        speaker.answer(request(), gone);
        assertEquals(null, gone.next(0), "who has left before its turn is not answered at all");
        Reply late = new Reply(-1);
        speaker.answer(request(), late);
        assertEquals(503, ((ApiError) late.next(0).failure()).status());
    }

    private static ChatRequest request() {
        ObjectNode request = Served.request(Served.picture(1), "describe the picture in detail.").put("max_tokens", 40);
        return ChatRequest.of(request, Served.NAME, new PictureSource(false, 1 << 20));
    }

    /** Decodes in a thread of its own; the client reads, and may leave after the first piece. */
    private static Assistant.Answer answer(Speaker speaker, Reply reply, boolean leaves) throws InterruptedException {
        Thread decoding = new Thread(() -> speaker.answer(request(), reply));
        decoding.start();
        while (true) {
            Reply.Event event = reply.next(60_000);
            if (event.answer() != null) {
                decoding.join();
                return event.answer();
            }
            if (leaves) {
                reply.leave();
            }
        }
    }
}
