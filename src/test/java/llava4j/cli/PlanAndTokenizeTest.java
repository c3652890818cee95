package llava4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import llava4j.Fixtures;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("With --json stdout is JSON alone:")
class PlanAndTokenizeTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    @DisplayName("plan gives the paper's model 6.74 B, 303 M and 4.2 M parameters, and bytes for each use")
    void planOfThePapersModel() throws IOException {
        JsonNode plan = json("", "plan", "--config", "llava-7b", "--batch", "2", "--length", "300", "--json");
        assertEquals(6_738_415_616L, plan.at("/parameters/decoder").asLong());
        assertEquals(303_179_776L, plan.at("/parameters/encoder").asLong());
        assertEquals(4_198_400L, plan.at("/parameters/projector").asLong());
        assertEquals(4 * plan.at("/parameters/all").asLong(), plan.at("/bytes/stage2/weights").asLong());
        assertEquals(2 * plan.at("/flops/stage1_per_sample").asDouble(), plan.at("/flops/stage1_per_step").asDouble());
        assertTrue(plan.at("/fits/decoding/memory").isBoolean());
    }

    @Test
    @DisplayName("plan takes a model directory, or its config.json under another name")
    void planOfAFile(@TempDir Path folder) throws IOException {
        Path directory = Fixtures.path("llava_mlp2x_gqa");
        Path file = Files.copy(directory.resolve("config.json"), folder.resolve("mine.json"));
        ObjectNode of = (ObjectNode) json("", "plan", "--config", directory.toString(), "--json");
        assertEquals(of.without("config").toString(),
                ((ObjectNode) json("", "plan", "--config", file.toString(), "--json")).without("config").toString());
    }

    @Test
    @DisplayName("plan --parts counts a gradient of W for each part that the batch is split into, and no more parts than divide it")
    void parts() throws IOException {
        for (int[] askedAndGot : new int[][] {{1, 1}, {4, 4}, {7, 4}, {8, 8}}) {
            JsonNode plan = json("", "plan", "--config", "tiny", "--batch", "8", "--parts", String.valueOf(askedAndGot[0]), "--json");
            assertEquals(4 * askedAndGot[1] * plan.at("/parameters/projector").asLong(), plan.at("/bytes/stage1/gradients").asLong());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\": 1}", "[\"a\"] [\"b\"]", "[7]", "[[-1]]", "[\"a\",", "", "[\"a \\ud800\"]"})
    @DisplayName("tokenize refuses what is no single array of texts and lists of ids, or holds half a character")
    void notTexts(String stdin) throws IOException {
        InputStream before = System.in;
        PrintStream err = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try {
            System.setIn(new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8)));
            System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
            assertEquals(1, Main.run("tokenize", "--model", Fixtures.path("tokenizer").toString()));
        } finally {
            System.setIn(before);
            System.setErr(err);
        }
        assertTrue(said.toString(StandardCharsets.UTF_8).matches("llava4j: stdin: [^\\n]+\n"), said::toString);
    }

    @Test
    @DisplayName("plan --features takes the folder that train takes: what it holds is neither computed nor kept in memory")
    void featuresAsInTrain(@TempDir Path folder) throws IOException {
        long kept = pictures();
        assertEquals(0, pictures("--features"), "no folder named");
        long first = pictures("--features", folder.resolve("features").toString());
        assertTrue(first > 0 && first < kept, "the encoder runs first: " + first + " of " + kept);
        Files.createFile(Files.createDirectory(folder.resolve("features")).resolve("features-00000000.safetensors"));
        assertEquals(0, pictures("--features", folder.resolve("features").toString()));
    }

    @Test
    @DisplayName("plan counts the features of all pictures up to a gigabyte, and beyond it those of a few batches, as train does")
    void featuresAsNeeded() throws IOException {
        assertTrue(pictures("--pictures", "2000") > pictures("--pictures", "1000"));
        assertEquals(pictures("--pictures", "100000"), pictures("--pictures", "200000"));
        assertTrue(pictures("--pictures", "100000") < pictures("--pictures", "1000"), "eight pictures at a time");
    }

    private static long pictures(String... features) throws IOException {
        String[] plan = {"plan", "--config", "mid", "--json"};
        String[] arguments = Stream.concat(Stream.of(plan), Stream.of(features)).toArray(String[]::new);
        return json("", arguments).at("/bytes/stage1/pictures").asLong();
    }

    @Test
    @DisplayName("tokenize reads texts and reads ids back")
    void idsAreReadBack() throws IOException {
        String model = Fixtures.path("tokenizer").toString();
        JsonNode text = json("[\"a small cat\"]", "tokenize", "--model", model, "--json").get(0);
        JsonNode ids = json("[" + text.get("ids") + ", []]", "tokenize", "--model", model, "--json");
        assertEquals(text.get("decoded"), ids.get(0).get("decoded"));
        assertEquals(text.get("decoded_skip_special"), ids.get(0).get("decoded_skip_special"));
        assertEquals("", ids.get(1).get("decoded").asText());
        assertFalse(ids.get(0).has("tokens"));
    }

    private static JsonNode json(String stdin, String... arguments) throws IOException {
        PrintStream out = System.out;
        InputStream in = System.in;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try {
            System.setIn(new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8)));
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            assertEquals(0, Main.run(arguments));
        } finally {
            System.setOut(out);
            System.setIn(in);
        }
        return JSON.readTree(printed.toByteArray());
    }
}
