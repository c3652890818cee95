package llava4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Captions in, the chosen captions out, in either form. */
class FilterCaptionsCommandTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    /** "dog" is said three times and "horse" twice, so that by the paper's threshold of 3 the captions with a dog stay. */
    private static final List<String> CAPTIONS = List.of("a dog in the grass", "a horse", "the dog", "a horse and a dog",
            "a lamp");

    @Test
    void llavasConversationsComeOutWithAllTheirFieldsAndNothingElse() throws IOException {
        Path data = folder.resolve("chat.json");
        Files.writeString(data, IntStream.range(0, CAPTIONS.size()).mapToObj(i -> """
                {"id": "%d", "image": "%d.jpg", "url": null, "conversations": [{"from": "human", "value": "<image>\\nWhat?"},
                {"from": "gpt", "value": "%s"}]}""".formatted(i, i, CAPTIONS.get(i)))
                .collect(Collectors.joining(",\n", "[", "]")));
        Path out = folder.resolve("made/out.json");
        assertEquals("", failure("filter-captions", "--data", data.toString(), "--out", out.toString()));
        JsonNode before = JSON.readTree(data.toFile());
        assertEquals(JSON.createArrayNode().add(before.get(0)).add(before.get(2)).add(before.get(3)),
                JSON.readTree(out.toFile()));
    }

    @Test
    void cocosCaptionsComeOutWithTheImagesThatTheyAreAbout() throws IOException {
        Path data = folder.resolve("captions.json");
        Files.writeString(data, IntStream.range(0, CAPTIONS.size()).mapToObj(i -> """
                {"id": %d, "image_id": %d, "caption": "%s"}""".formatted(i, 10 + i / 2, CAPTIONS.get(i)))
                .collect(Collectors.joining(",", "{\"info\": {}, \"annotations\": [", "], \"images\": ["
                        + "{\"id\": 10, \"file_name\": \"a.png\"}, {\"id\": 11, \"file_name\": \"b.png\"}, "
                        + "{\"id\": 12, \"file_name\": \"c.png\"}]}")));
        Path out = folder.resolve("out.json");
        assertEquals("", failure("filter-captions", "--data", data.toString(), "--out", out.toString()));
        JsonNode made = JSON.readTree(out.toFile());
        assertEquals(List.of("0", "2", "3"), ids(made.get("annotations")));
        assertEquals(List.of("10", "11"), ids(made.get("images")));
    }

    @Test
    void aSeedIsAChoice() throws IOException {
        Path data = folder.resolve("dogs.json");
        Files.writeString(data, IntStream.range(0, 60).mapToObj(i -> """
                {"id": "%d", "conversations": [{"from": "human", "value": "?"}, {"from": "gpt", "value": "a dog"}]}"""
                .formatted(i)).collect(Collectors.joining(",", "[", "]")));
        assertEquals(chosen(data, 1), chosen(data, 1));
        assertFalse(chosen(data, 1).equals(chosen(data, 2)));
        assertEquals(20, JSON.readTree(chosen(data, 1)).size());
    }

    private String chosen(Path data, int seed) throws IOException {
        Path out = folder.resolve("chosen.json");
        assertEquals("", failure("filter-captions", "--data", data.toString(), "--out", out.toString(), "--max-captions", "20",
                "--seed", String.valueOf(seed)));
        return Files.readString(out);
    }

    @Test
    void aMistakeIsOneLineAndWritesNothing() throws IOException {
        Path data = Files.writeString(folder.resolve("d.json"), "[{\"id\": \"1\", \"conversations\": []}]");
        Path out = folder.resolve("o.json");
        assertMistake("need an answer", "--data", data, "--out", out);
        assertMistake("is --data itself", "--data", data, "--out", data);
        assertMistake("no such file", "--data", folder.resolve("none.json"), "--out", out);
        assertMistake("cannot be written", "--data", data, "--out", folder);
        Path one = Files.writeString(folder.resolve("one.json"),
                "[{\"conversations\": [{\"from\": \"gpt\", \"value\": \"a dog\"}]}]");
        assertMistake("--min-frequency", "--data", one, "--out", out);
        Path orphan = Files.writeString(folder.resolve("orphan.json"),
                "{\"images\": [], \"annotations\": [{\"id\": 1, \"image_id\": 7, \"caption\": \"a dog\"}]}");
        assertMistake("image_id 7", "--data", orphan, "--out", out, "--min-frequency", "1");
        assertFalse(Files.exists(out));
    }

    private void assertMistake(String expected, Object... options) {
        String[] arguments = new String[options.length + 1];
        arguments[0] = "filter-captions";
        IntStream.range(0, options.length).forEach(i -> arguments[i + 1] = options[i].toString());
        String said = failure(arguments);
        assertTrue(said.startsWith("llava4j: ") && said.lines().count() == 1 && said.contains(expected), said);
    }

    /** What stderr says if the command fails, with everything else on it; nothing if it succeeds. */
    private static String failure(String... arguments) {
        PrintStream err = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try {
            System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
            return Main.run(arguments) == 0 ? "" : printed.toString(StandardCharsets.UTF_8);
        } finally {
            System.setErr(err);
        }
    }

    private static List<String> ids(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).map(element -> element.get("id").asText()).toList();
    }
}
