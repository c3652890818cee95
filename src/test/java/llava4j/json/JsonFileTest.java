package llava4j.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import llava4j.error.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** One owner of how JSON is read, and of what is said where it cannot be. */
class JsonFileTest {

    @TempDir
    Path folder;

    @Test
    void ofTwoFilesPastedTogetherTheSecondIsNotDroppedInSilence() throws IOException {
        Path file = write("[{\"a\": 1}]\n[{\"a\": 2}]\n");
        assertTrue(refusal(() -> JsonFile.elements(file, element -> { })).contains("line 2: more text after the end"));
        assertTrue(refusal(() -> JsonFile.tree(file, 100)).contains("line 2: more text after the end"));
    }

    @Test
    void aFieldThatStandsTwiceIsRefused() throws IOException {
        Path file = write("{\"hidden_size\": 8, \"hidden_size\": 16}");
        assertTrue(refusal(() -> JsonFile.object(file)).contains("hidden_size"));
    }

    @Test
    void nestingWithoutEndIsOneLineAndNoOverflow() throws IOException {
        Path file = write("[".repeat(100_000));
        assertTrue(refusal(() -> JsonFile.tree(file, 1_000_000)).contains("not valid JSON"));
        assertTrue(refusal(() -> JsonFile.elements(file, element -> { })).contains("line 1"));
    }

    @Test
    void aPointerOfGitLfsIsNamedAsSuch() throws IOException {
        Path file = write("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n");
        assertTrue(refusal(() -> JsonFile.object(file)).contains("git lfs pull"));
    }

    @Test
    void aByteOrderMarkChangesNothing() throws IOException {
        assertEquals(1, JsonFile.object(write("\uFEFF{\"a\": 1}")).integer("a", null, 0, 9));
        assertEquals(1, JsonText.lines(write("\uFEFF{\"a\": 1}\n")).get(0).integer("a", null, 0, 9));
    }

    @Test
    void brokenUtf8IsRefused() throws IOException {
        Path file = folder.resolve("latin1.json");
        Files.write(file, new byte[] {'{', '"', 'a', '"', ':', '"', (byte) 0xE9, '"', '}'});
        refusal(() -> JsonFile.object(file));
        refusal(() -> JsonText.lines(file));
    }

    @Test
    void elementsComeInOrderAndKnowTheirLine() throws IOException {
        List<String> seen = new ArrayList<>();
        JsonFile.elements(write("[\n{\"id\": 7},\n{\"id\": \"b\"}\n]"), element -> seen.add(element.id("id") + element.place()
                .replaceAll(".*, ", " ")));
        assertEquals(List.of("7 line 2", "b line 3"), seen);
    }

    @Test
    void arraysOfAnObjectAreReadAndTheRestIsPassedOver() throws IOException {
        List<String> seen = new ArrayList<>();
        Path file = write("{\"info\": {\"x\": [1]}, \"images\": [{\"id\": 1}], \"annotations\": []}");
        JsonFile.arrays(file, Map.of("images", image -> seen.add(image.id("id")), "annotations", a -> seen.add("?")));
        assertEquals(List.of("1"), seen);
        assertTrue(refusal(() -> JsonFile.arrays(file, Map.of("boxes", box -> { }))).contains("boxes"));
        assertFalse(JsonFile.isArray(file));
    }

    @Test
    void absentNullRightAndWrongAreFourDifferentThings() throws IOException {
        Fields fields = JsonFile.object(write("{\"none\": null, \"list\": [\"x.png\"], \"name\": \"x.png\", \"nul\": \"a\\u0000\", "
                + "\"lone\": \"\\ud800\", \"big\": 123456789012345678901234567890}"));
        assertTrue(fields.optionalFileName("absent").isEmpty());
        assertTrue(fields.optionalFileName("none").isEmpty());
        assertTrue(fields.hasKey("none") && !fields.hasKey("absent"));
        assertEquals("x.png", fields.fileName("name"));
        assertTrue(refusal(() -> fields.optionalFileName("list")).contains("[\"x.png\"]"));
        refusal(() -> fields.optionalFileName("nul"));
        refusal(() -> fields.optionalFileName("lone"));
        refusal(() -> fields.text("big"));
        assertEquals("123456789012345678901234567890", fields.id("big"));
        refusal(() -> fields.integer("big", 1, 0, 10));
    }

    @Test
    void halfACharacterIsRefusedWhereverATextStands() throws IOException {
        Fields fields = JsonFile.object(write("{\"text\": \"a\\ud800\", \"list\": [\"\\udc00\"], \"whole\": \"\\ud83d\\ude00\"}"));
        List<Executable> readings = List.of(() -> fields.text("text"), () -> fields.words("text"), () -> fields.id("text"),
                () -> fields.optionalText("text"), () -> fields.tokenText("text"), () -> fields.texts("list"),
                () -> fields.ids("list"), () -> fields.tokenTexts("list"));
        readings.forEach(reading -> assertTrue(refusal(reading).contains("half a character")));
        assertEquals("😀", fields.text("whole"));
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("file.json"), text);
    }

    private static String refusal(Executable reading) {
        String message = assertThrows(UserError.class, reading).getMessage();
        assertEquals(1, message.lines().count());
        return message;
    }
}
