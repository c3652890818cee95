package llava4j.evaluate.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import llava4j.endpoint.EndpointSettings;
import llava4j.endpoint.StubEndpoint;
import llava4j.endpoint.StubEndpoint.Behaviour;
import llava4j.error.UserError;
import llava4j.evaluate.scienceqa.AnswerParser;
import llava4j.evaluate.scienceqa.EndpointSolver;
import llava4j.evaluate.scienceqa.Problem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Judge and solver at an endpoint of this test's own, on loopback: the client that asks the teacher. */
class EndpointTest {

    private static final BenchQuestion QUESTION = new BenchQuestion("7", "a.jpg", QuestionKind.DETAIL, "What is there?",
            "A dog on a lawn.", "A dog.");

    private final List<Integer> statuses = new ArrayList<>();
    private StubEndpoint server;
    private String content = "8 6\nAssistant 2 says less.";

    @BeforeEach
    void serve() throws IOException {
        server = new StubEndpoint((name, before) -> statuses.isEmpty() ? Behaviour.says(content)
                : Behaviour.fails(statuses.remove(0)));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private EndpointSettings settings() {
        return new EndpointSettings(server.url(), "m", "sesame", null, null, 4, Duration.ofMillis(1), Duration.ofMinutes(1),
                60_000, Integer.MAX_VALUE, Long.MAX_VALUE);
    }

    private Judge judge() {
        return new EndpointJudge(settings());
    }

    @Test
    void theJudgeIsGivenContextQuestionReferenceCandidateAndRule() {
        String review = judge().review(QUESTION, "Some animal.");
        assertEquals(Optional.of(new Ratings(8, 6)), Ratings.read(review));
        JsonNode request = server.requests().get(0);
        assertEquals(0.2, request.get("temperature").asDouble());
        assertEquals(1024, request.get("max_completion_tokens").asInt());
        assertEquals("m", request.get("model").asText());
        String text = request.get("messages").get(1).get("content").asText();
        List<Integer> order = new ArrayList<>();
        for (String part : List.of("[Context]\nA dog on a lawn.", "[Question]\nWhat is there?", "[Assistant 1]\nA dog.",
                "[Assistant 2]\nSome animal.", "[System]\n")) {
            order.add(text.indexOf(part));
        }
        assertTrue(order.stream().allMatch(place -> place >= 0), text);
        assertEquals(order.stream().sorted().toList(), order);
    }

    @Test
    void aReviewWithoutRatingsIsUnreadable() {
        content = "I would rather not.";
        assertEquals(Optional.empty(), Ratings.read(judge().review(QUESTION, "Some animal.")));
    }

    @Test
    void aBusyEndpointIsAskedAgain() {
        statuses.addAll(List.of(429, 500));
        assertTrue(judge().review(QUESTION, "Some animal.").startsWith("8 6"));
        assertEquals(3, server.requests().size());
    }

    @Test
    void anEndpointThatRefusesIsNamedAndTheKeyIsNot() {
        statuses.add(401);
        UserError error = assertThrows(UserError.class, () -> judge().review(QUESTION, "Some animal."));
        assertTrue(error.getMessage().contains("127.0.0.1"));
        assertFalse(error.getMessage().contains("sesame"));
    }

    @Test
    void theSolverIsGivenTheProblemInWordsAndAskedAgainWithBothAnswers() {
        content = "It attracts. The answer is B.";
        Problem problem = new Problem("1", "Which is it?", List.of("wood", "iron"), 1, "", null, "natural science", 4, "", "");
        EndpointSolver solver = new EndpointSolver(settings());
        assertEquals(1, new AnswerParser(false).choice(solver.answer(problem), 2).orElseThrow());
        solver.again(problem, "no idea", "The answer is A.");
        String first = server.requests().get(0).get("messages").get(1).get("content").asText();
        String second = server.requests().get(1).get("messages").get(1).get("content").asText();
        assertEquals("Which is it?\nContext: N/A\nOptions: (A) wood (B) iron", first);
        assertTrue(second.startsWith(first) && second.contains("no idea") && second.contains("The answer is A."));
    }
}
