package llava4j.evaluate.picturebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import llava4j.error.UserError;
import llava4j.evaluate.picturebook.BookQuestion.Split;
import llava4j.picturebook.BookWriter;
import llava4j.picturebook.StandInArt;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The picture book's exam")
class BookSuiteTest {

    @TempDir
    static Path folder;
    private static Path book;
    private static List<BookQuestion> questions;

    @BeforeAll
    static void write() throws IOException {
        book = folder.resolve("book");
        BookWriter.write(StandInArt.in(folder.resolve("emoji")), book, 5, 400);
        questions = BookQuestion.read(book);
    }

    @Test
    @DisplayName("has every kind of question, asks for what is not there about as often as for what is, and holds out pairs and concepts")
    void kinds() {
        Map<String, Long> kinds = questions.stream().collect(Collectors.groupingBy(BookQuestion::kind, Collectors.counting()));
        assertEquals(20, kinds.size(), kinds.toString());
        assertEquals(0.5, kinds.get("presence_yes") / (double) (kinds.get("presence_yes") + kinds.get("presence_no")), 0.1);
        for (Split split : Split.values()) {
            assertTrue(questions.stream().filter(question -> question.split() == split).count() > 100, split.toString());
        }
    }

    @Test
    @DisplayName("finds the teacher's own answers right, in all their wordings")
    void teachersAnswers() {
        for (BookQuestion question : questions) {
            Verdict verdict = question.judge(question.answer());
            assertTrue(verdict.right(), question.question() + " - " + question.answer() + " " + verdict);
        }
    }

    @Test
    @DisplayName("finds the answers about another picture wrong where the picture decides")
    void anotherPicture() {
        for (String type : List.of("naming", "description", "at", "place", "refusal")) {
            List<BookQuestion> some = questions.stream().filter(question -> question.type().equals(type)).toList();
            double share = 0;
            for (int i = 0; i < some.size(); i++) {
                String other = type.equals("refusal") ? "It is " + some.get(i).contents().groups().get(0).things().get(0).place() + "."
                        : some.get((i + 1) % some.size()).answer();
                share += some.get(i).judge(other).share() / some.size();
            }
            assertTrue(share < 0.15, type + " " + share);
        }
    }

    @Test
    @DisplayName("takes some questions evenly from all kinds and splits, the same ones for the same seed")
    void limited() {
        List<BookQuestion> some = BookSuite.some(questions, 114, 1);
        assertEquals(114, some.size());
        assertEquals(some, BookSuite.some(questions, 114, 1));
        assertTrue(!some.equals(BookSuite.some(questions, 114, 2)));
        assertEquals(20, some.stream().map(BookQuestion::kind).distinct().count());
        some.stream().collect(Collectors.groupingBy(question -> question.kind() + question.split(), Collectors.counting()))
                .forEach((pile, count) -> assertTrue(count <= 3, pile + " " + count));
        assertEquals(questions, BookSuite.some(questions, Integer.MAX_VALUE, 1));
    }

    @Test
    @DisplayName("names every question that does not fit its picture or its type, before any model is opened")
    void misfits() throws IOException {
        Path other = Files.createDirectories(folder.resolve("other"));
        for (String file : List.of("captions.json", "instances.json")) {
            Files.copy(book.resolve(file), other.resolve(file));
        }
        ObjectMapper json = new ObjectMapper();
        ArrayNode all = (ArrayNode) json.readTree(book.resolve("questions.json").toFile());
        ((ObjectNode) all.get(0)).put("type", "colour");
        ((ObjectNode) all.get(1)).put("type", "relation").put("question", "Is it big?");
        ((ObjectNode) all.get(2)).put("image", "none.png");
        json.writeValue(other.resolve("questions.json").toFile(), all);
        List<String> lines = assertThrows(UserError.class, () -> BookQuestion.read(other)).lines();
        assertTrue(lines.stream().anyMatch(line -> line.contains("naming, place")), lines.toString());
        assertTrue(lines.stream().anyMatch(line -> line.contains("does not fit the type \"relation\"")), lines.toString());
        assertTrue(lines.stream().anyMatch(line -> line.contains("tells of no such picture")), lines.toString());
        assertTrue(assertThrows(UserError.class, () -> BookQuestion.read(folder)).getMessage().contains("picturebook --out DIR"));
    }
}
