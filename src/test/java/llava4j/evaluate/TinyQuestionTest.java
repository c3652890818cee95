package llava4j.evaluate;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import llava4j.error.UserError;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TinyQuestionTest {

    private static final String QUESTION = "{\"id\": \"1-color\", \"image\": \"a.png\", \"type\": \"color\", \"objects\": 2, "
            + "\"held_out_pair\": false, \"question\": \"what color?\", \"answer\": \"red.\"}";

    @TempDir
    private Path folder;

    private String mistake(String text) throws IOException {
        Files.writeString(folder.resolve("questions.json"), text);
        return assertThrows(UserError.class, () -> TinySuite.require(folder)).getMessage();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n\t", "[]", "{}", "[7]", "\"\"", "[{\"id\": 1}]"})
    @DisplayName("a file without a question, or of another kind, is refused by name")
    void nothing(String text) throws IOException {
        assertTrue(mistake(text).contains("questions.json"));
    }

    @ParameterizedTest(name = "{1} in place of {0}")
    @CsvSource(delimiter = '|', value = {"\"a.png\" | \"a\\u0000.png\"", "\"a.png\" | \"\\udfff.png\"", "2 | \"2\"", "2 | 0",
        "false | 0", "\"red.\" | null", "\"1-color\" | \"\""})
    @DisplayName("a field of the wrong kind is named with its line")
    void wrongField(String right, String wrong) throws IOException {
        assertTrue(mistake("[" + QUESTION.replace(right, wrong) + "]").contains("questions.json, line 1"));
    }

    @Test
    @DisplayName("an id that is there twice and pictures that are not there are named before any model is looked at")
    void duplicatesAndPictures() throws IOException {
        assertTrue(mistake("[" + QUESTION + ", " + QUESTION + "]").contains("another question has that id"));
        Files.createDirectories(folder.resolve("images"));
        String message = mistake("[" + QUESTION + ", " + QUESTION.replace("1-", "2-").replace("a.png", "b.png") + "]");
        assertTrue(message.contains("a.png: no such picture") && message.contains("b.png: no such picture"), message);
        Files.createFile(folder.resolve("c.png"));
        assertTrue(mistake("[" + QUESTION.replace("a.png", "../c.png") + "]").contains("outside"));
    }
}
