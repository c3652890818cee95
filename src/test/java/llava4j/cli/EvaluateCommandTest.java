package llava4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import llava4j.Fixtures;
import llava4j.endpoint.StubEndpoint;
import llava4j.endpoint.StubEndpoint.Behaviour;
import llava4j.picturebook.BookWriter;
import llava4j.picturebook.StandInArt;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** evaluate on the published layouts, small, with a model of random weights: what it says does not matter here. */
class EvaluateCommandTest {

    private static final Path FIXTURE = Fixtures.path("llava_mlp2x_gqa");
    private static final int QUESTIONS = 6;

    /** The fixture with room for a question in its template. */
    @TempDir
    private static Path model;

    @TempDir
    private Path folder;
    private Path out;
    private String printed;

    @BeforeAll
    static void lengthenContext() throws IOException {
        for (String name : List.of("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json",
                "preprocessor_config.json", "processor_config.json", "generation_config.json")) {
            if (Files.exists(FIXTURE.resolve(name))) {
                Files.copy(FIXTURE.resolve(name), model.resolve(name));
            }
        }
        Files.writeString(model.resolve("config.json"), Files.readString(model.resolve("config.json"))
                .replaceAll("(?<=\"max_position_embeddings\": )\\d+", "1024"));
    }

    @BeforeEach
    void write() throws IOException {
        out = folder.resolve("reviews.jsonl");
        StringBuilder questions = new StringBuilder();
        StringBuilder references = new StringBuilder();
        Files.createDirectories(folder.resolve("images/test/1"));
        Files.copy(FIXTURE.resolve("image0.png"), folder.resolve("images/a.png"));
        Files.copy(FIXTURE.resolve("image0.png"), folder.resolve("images/test/1/image.png"));
        for (int i = 0; i < QUESTIONS; i++) {
            questions.append("{\"question_id\": " + i + ", \"image\": \"a.png\", \"category\": \"conv\", \"text\": \"a cat " + i
                    + "\"}\n");
            references.append("{\"question_id\": " + i + ", \"text\": \"a cat.\"}\n");
        }
        Files.writeString(folder.resolve("q.jsonl"), questions);
        Files.writeString(folder.resolve("r.jsonl"), references);
        Files.writeString(folder.resolve("pid_splits.json"), "{\"test\": [\"1\", \"2\"], \"minitest\": [\"1\"]}");
        Files.writeString(folder.resolve("problems.json"),
                "{" + problem("1", "\"image.png\"") + ", " + problem("2", "null") + "}");
    }

    private static String problem(String id, String image) {
        return "\"" + id + "\": {\"question\": \"a cat\", \"choices\": [\"a\", \"b\"], \"answer\": 0, \"hint\": \"\", \"image\": "
                + image + ", \"grade\": \"grade2\", \"subject\": \"natural science\", \"split\": \"test\"}";
    }

    private int evaluate(String... options) {
        List<String> arguments = new ArrayList<>(List.of("evaluate", "--model", model.toString(), "--images",
                folder.resolve("images").toString(), "--max-new-tokens", "3"));
        arguments.addAll(List.of(options));
        Ran ran = Ran.of(arguments.toArray(String[]::new));
        printed = ran.text();
        return ran.code();
    }

    private int bench(String judge, String... options) {
        List<String> arguments = new ArrayList<>(List.of("--suite", "llava-bench", "--questions",
                folder.resolve("q.jsonl").toString(), "--references", folder.resolve("r.jsonl").toString(), "--judge", judge, "--out",
                out.toString()));
        arguments.addAll(List.of(options));
        return evaluate(arguments.toArray(String[]::new));
    }

    @Test
    @DisplayName("reviews are written as they come, and the same command goes on with them: none is paid for twice")
    void reviewsAreKept() throws IOException {
        AtomicInteger credit = new AtomicInteger(4);
        try (StubEndpoint judge = new StubEndpoint((name, before) -> credit.getAndDecrement() > 0 ? Behaviour.says("8 7\nFine.")
                : Behaviour.fails(401))) {
            assertEquals(1, bench(judge.url()));
            assertTrue(printed.contains("are in " + out) && printed.lines().count() == 1, printed);
            assertEquals(4, Files.readAllLines(out).size());
            Files.writeString(out, Files.readString(out) + "{\"key\":\"torn");
            credit.set(1000);
            assertEquals(0, bench(judge.url(), "--json"));
            assertEquals(QUESTIONS + 1, judge.asked().size(), "the refused one is asked again, the others are not");
            assertTrue(printed.contains("\"rated\" : " + QUESTIONS), printed);
            List<String> lines = Files.readAllLines(out);
            assertEquals(QUESTIONS, lines.size());
            assertTrue(lines.stream().allMatch(line -> line.contains("\"ratings\":[8.0,7.0]")
                    && line.contains("\"judge\":\"gpt-4\"")));

            assertEquals(0, bench(judge.url(), "--judge-model", "other"));
            assertEquals(2 * QUESTIONS + 1, judge.asked().size(), "another judge's reviews are others");
            assertEquals(2 * QUESTIONS, Files.readAllLines(out).size());
        }
    }

    @Test
    @DisplayName("temperature and length of a review are the paper's, another number, or left to the server")
    void temperature() throws IOException {
        try (StubEndpoint judge = new StubEndpoint((name, before) -> Behaviour.says("8 7"))) {
            bench(judge.url());
            assertEquals(0.2, judge.requests().get(0).get("temperature").asDouble());
            bench(judge.url(), "--temperature", "1", "--reply-tokens", "77");
            assertEquals(1, judge.requests().get(QUESTIONS).get("temperature").asDouble());
            assertEquals(77, judge.requests().get(QUESTIONS).get("max_completion_tokens").asInt());
            bench(judge.url(), "--temperature", "server", "--reply-tokens", "server");
            assertFalse(judge.requests().get(2 * QUESTIONS).has("temperature"));
            assertFalse(judge.requests().get(2 * QUESTIONS).has("max_completion_tokens"));
            assertEquals(2, bench(judge.url(), "--temperature", "hot"));
            assertEquals(3 * QUESTIONS, judge.asked().size());
        }
    }

    @Test
    @DisplayName("a judge that refuses the first question: nothing is said of answers so far, and no empty file is left")
    void refusedAtOnce() throws IOException {
        try (StubEndpoint judge = new StubEndpoint((name, before) -> Behaviour.fails(400))) {
            assertEquals(1, bench(judge.url()));
            assertTrue(printed.contains("status 400") && !printed.contains("so far") && printed.lines().count() == 1, printed);
            assertFalse(Files.exists(out));
        }
    }

    @Test
    @DisplayName("a judge none of whose reviews can be read is a failure, and its reviews are kept")
    void nothingRated() throws IOException {
        try (StubEndpoint judge = new StubEndpoint((name, before) -> Behaviour.says("I would rather not."))) {
            assertEquals(1, bench(judge.url()));
            assertTrue(printed.contains("I would rather not."), printed);
            assertEquals(QUESTIONS, Files.readAllLines(out).size());
        }
    }

    @Test
    @DisplayName("a judge that is not there, a picture that is missing, and an --out that cannot be written are told at once")
    void beforeTheModel() throws IOException {
        String gone;
        try (StubEndpoint judge = new StubEndpoint((name, before) -> Behaviour.says("8 7"))) {
            gone = judge.url();
        }
        assertEquals(1, bench(gone));
        assertTrue(printed.contains("is the server up?"), printed);
        assertFalse(Files.exists(out));
        Files.delete(folder.resolve("images/a.png"));
        assertEquals(1, bench(gone));
        assertTrue(printed.contains("a.png: no such picture"), printed);
        out = folder.resolve("q.jsonl/reviews.jsonl");
        assertEquals(1, bench(gone));
        assertTrue(printed.contains("cannot be written"), printed);
    }

    @Test
    @DisplayName("reviews of an endpoint are not written over, and a file of something else is left as it is")
    void otherFiles() throws IOException {
        try (StubEndpoint judge = new StubEndpoint((name, before) -> Behaviour.says("8 7"))) {
            for (String notes : List.of("my notes", "{\"question_id\": 1}\n")) {
                Files.writeString(out, notes);
                assertEquals(1, bench(judge.url()));
                assertTrue(printed.contains("reviews.jsonl, line 1"), printed);
                assertEquals(notes, Files.readString(out));
            }
            Files.delete(out);
            assertEquals(0, bench(judge.url()));
            String paid = Files.readString(out);
            assertEquals(1, evaluate("--suite", "llava-bench", "--out", out.toString()));
            assertTrue(printed.contains("would be lost"), printed);
            assertEquals(paid, Files.readString(out));
        }
    }

    @Test
    @DisplayName("ScienceQA: a split of any name finds its pictures, LLaVA 1.5's form is asked, the solver's answers are kept")
    void scienceQa() throws IOException {
        try (StubEndpoint solver = new StubEndpoint((name, before) -> Behaviour.says("The answer is A, because."))) {
            for (int i = 0; i < 2; i++) {
                assertEquals(0, evaluate("--suite", "scienceqa", "--data", folder.toString(), "--split", "minitest",
                        "--format", "cqm", "--solver", solver.url(), "--out", out.toString(), "--json"), printed);
                assertTrue(printed.contains("\"solver\" : {\n  \"accuracy\" : 1.0".replace("\n  ", "\n    ")), printed);
            }
            int once = solver.asked().size();
            assertTrue(once == 2 || once == 1, "one answer, and one more where the model differs: " + once);
            assertEquals(once, Files.readAllLines(folder.resolve("reviews.jsonl.replies.jsonl")).size());
            assertEquals(1, Files.readAllLines(out).size());
            assertTrue(Files.readString(out).startsWith("{\"problem\":\"1\",\"right\":\"A\",\"picture_and_text\":"));
        }
    }

    @Test
    @DisplayName("the picture book: scores by kind beside their controls, as a table or as JSON, every answer with its verdict in --out")
    void pictureBook() throws IOException {
        Path book = folder.resolve("book");
        BookWriter.write(StandInArt.in(folder.resolve("emoji")), book, 1, 12);
        List<String> asked = List.of("--suite", "picturebook", "--data", book.toString(), "--limit", "20", "--out", out.toString());
        assertEquals(0, evaluate(asked.toArray(String[]::new)), printed);
        assertTrue(printed.contains("taken for granted") && printed.contains("swapped") && printed.contains("blank"), printed);
        List<String> lines = Files.readAllLines(out);
        assertTrue(lines.size() > 20 && lines.stream().allMatch(line -> line.contains("\"reason\":")), lines.toString());

        List<String> bare = new ArrayList<>(asked);
        bare.addAll(List.of("--no-controls", "--json"));
        assertEquals(0, evaluate(bare.toArray(String[]::new)), printed);
        JsonNode scores = new ObjectMapper().readTree(printed.substring(printed.indexOf('{')));
        assertEquals(20, scores.get("held_out").get("questions").asInt() + scores.get("held_out_pairs").get("questions").asInt()
                + scores.get("held_out_concepts").get("questions").asInt());
        assertFalse(scores.has("controls"));
        assertEquals(20, Files.readAllLines(out).size());
        assertEquals(2, evaluate("--suite", "picturebook"), printed);
        assertTrue(printed.contains("--data DIR"), printed);
    }
}
