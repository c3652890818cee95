package llava4j.tinyworld;

import static org.junit.jupiter.api.Assertions.assertEquals;
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

class SceneFileTest {

    private static final String SCENE = "{\"id\": 1, \"image\": \"a.png\", \"things\": [{\"color\": \"red\", \"kind\": \"cat\", "
            + "\"cell\": 3}]}";

    @TempDir
    private Path folder;

    private String mistake(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("scenes.json"), text);
        String message = assertThrows(UserError.class, () -> SceneFile.read(file)).getMessage();
        assertTrue(message.contains("scenes.json"), message);
        return message;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  \n ", "[]", "{}", "[1]", "null", "[{}]", "[] []"})
    @DisplayName("a file without a scene, or of another kind, is refused by name")
    void nothing(String text) throws IOException {
        mistake(text);
    }

    @ParameterizedTest(name = "{1} in place of {0}")
    @CsvSource(delimiter = '|', value = {"\"a.png\" | \"a\\u0000.png\"", "\"a.png\" | \"\\ud800.png\"", "\"a.png\" | 7",
        "\"a.png\" | null", "\"red\" | \"pink\"", "\"cat\" | [\"cat\"]", "3 | 9", "3 | \"3\"",
        "3 | 123456789012345678901234567890"})
    @DisplayName("a field of the wrong kind is named with its line")
    void wrongField(String right, String wrong) throws IOException {
        assertTrue(mistake("[" + SCENE.replace(right, wrong) + "]").contains("line 1"));
    }

    @Test
    @DisplayName("many mistakes are told at once, the first twenty in words")
    void many() throws IOException {
        String message = mistake("[" + SCENE + (", \n" + SCENE).repeat(30) + "]");
        assertTrue(message.contains("scenes.json: 30 faults:") && message.endsWith("and 10 more"), message);
        assertEquals(20, message.split("that picture has a scene already", -1).length - 1);
    }
}
