package llava4j.evaluate.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import llava4j.error.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** LLaVA-Bench in its two published layouts, small and written by hand. */
class BenchFilesTest {

    @TempDir
    private Path folder;

    private Path file(String name, String... lines) throws IOException {
        return Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n");
    }

    @Test
    void inTheWildHasOneCaptionAPicture() throws IOException {
        List<BenchQuestion> questions = BenchFiles.read(
                file("questions.jsonl",
                        "{\"question_id\": 0, \"image\": \"001.jpg\", \"category\": \"conv\", \"text\": \"What is it?\"}",
                        "", "{\"question_id\": 1, \"image\": \"001.jpg\", \"category\": \"complex\", \"text\": \"Why?\"}"),
                file("context.jsonl", "{\"id\": \"001\", \"image\": \"001.jpg\", \"caption\": \"A dog on a lawn.\"}"),
                file("answers_gpt4.jsonl",
                        "{\"question_id\": 1, \"text\": \"To play.\", \"category\": \"llava_bench_complex\"}",
                        "{\"question_id\": 0, \"text\": \"A dog.\", \"category\": \"llava_bench_conv\"}"));
        assertEquals(List.of(new BenchQuestion("0", "001.jpg", QuestionKind.CONVERSATION, "What is it?",
                        "A dog on a lawn.", "A dog."),
                new BenchQuestion("1", "001.jpg", QuestionKind.COMPLEX, "Why?", "A dog on a lawn.", "To play.")), questions);
    }

    @Test
    void cocoHasCaptionsAndBoxes() throws IOException {
        List<BenchQuestion> questions = BenchFiles.read(
                file("qa90_questions.jsonl",
                        "{\"question_id\": 12, \"image\": \"000000441147.jpg\", \"text\": \"Describe it.\"}"),
                file("caps_boxes_coco2014_val_80.jsonl", "{\"id\": \"000000441147\", \"image\": \"000000441147.jpg\", "
                        + "\"captions\": [\"Two cases.\", \"Old luggage.\"], \"instances\": "
                        + "[{\"category\": \"suitcase\", \"bbox\": [0.1, 0.25, 0.5, 0.75]}]}"),
                file("qa90_gpt4_answer.jsonl", "{\"question_id\": 12, \"text\": \"Two.\", \"category\": \"detail\"}"));
        assertEquals(QuestionKind.DETAIL, questions.get(0).kind(), "the kind may stand with the answer");
        assertEquals("Two cases.\nOld luggage.\nsuitcase: [0.1, 0.25, 0.5, 0.75]", questions.get(0).context());
    }

    @Test
    void mistakesInTheFilesAreNamed() throws IOException {
        Path questions = file("q.jsonl",
                "{\"question_id\": 3, \"image\": \"a.jpg\", \"category\": \"conv\", \"text\": \"What?\"}");
        Path answers = file("a.jsonl", "{\"question_id\": 3, \"text\": \"That.\"}");
        Path contexts = file("c.jsonl", "{\"image\": \"b.jpg\", \"caption\": \"x\"}");
        assertTrue(message(questions, contexts, answers).contains("no context for picture a.jpg"));
        assertTrue(message(questions, null, file("none.jsonl", "{\"question_id\": 4, \"text\": \"x\"}"))
                .contains("no answer to question 3"));
        assertTrue(message(file("kind.jsonl",
                "{\"question_id\": 3, \"image\": \"a.jpg\", \"category\": \"poem\", \"text\": \"What?\"}"), null, answers)
                .contains("\"poem\""));
        assertTrue(message(file("broken.jsonl", "{\"question_id\": 3,", "{}"), null, answers)
                .contains("broken.jsonl, line 1"));
        assertTrue(message(file("nul.jsonl",
                "{\"question_id\": 3, \"image\": \"a\\u0000.jpg\", \"category\": \"conv\", \"text\": \"What?\"}"), null, answers)
                .contains("this cannot be the name of a file"));
        assertTrue(message(folder.resolve("missing.jsonl"), null, answers).contains("no such file"));
        assertTrue(message(file("empty.jsonl", ""), null, answers).contains("holds no question"));
    }

    private static String message(Path questions, Path contexts, Path answers) {
        return assertThrows(UserError.class, () -> BenchFiles.read(questions, contexts, answers)).getMessage();
    }
}
