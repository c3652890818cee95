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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import llava4j.teacher.StatedFacts;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MakeDataCommandTest {

    private static final String MIX = "conversation=2,detail=1,reasoning=1";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A world of a seed that nothing shipped was made with. */
    @TempDir
    private static Path world;
    @TempDir
    private Path folder;

    @BeforeAll
    static void paint() {
        assertEquals(0, Main.run("tinyworld", "--seed", "424242", "--count", "1000", "--out", world.toString()));
    }

    @ParameterizedTest(name = "tiny-data/{0}/instructions.json is, byte for byte, what make-data makes of the captions and "
            + "boxes beside it")
    @CsvSource({"train, 1", "validation, 2", "held-out, 3"})
    void shippedDataIsMadeByTheCommand(String split, String seed) throws IOException {
        Path shipped = Path.of("tiny-data", split);
        Path made = makeData(shipped, "--per-picture", MIX, "--seed", seed);
        assertEquals(-1, Files.mismatch(shipped.resolve("instructions.json"), made));
    }

    @Test
    @DisplayName("tinyworld writes the instructions that make-data makes of its captions and boxes")
    void tinyworldUsesTheSamePipeline() throws IOException {
        Path made = makeData(world, "--per-picture", MIX, "--seed", "424242");
        assertEquals(-1, Files.mismatch(world.resolve("instructions.json"), made));
    }

    @Test
    @DisplayName("of all that is said about 1000 pictures of an unused seed, nothing is false")
    void nothingFalse() throws IOException {
        List<String> wrong = new ArrayList<>();
        int read = 0;
        Map<String, JsonNode> scenes = scenes(0);
        for (JsonNode sample : JSON.readTree(makeData(world, "--seed", "5").toFile())) {
            StatedFacts facts = readAll(sample, scenes);
            wrong.addAll(facts.wrong);
            read += facts.read;
        }
        assertEquals(List.of(), wrong);
        assertTrue(read > 4000, read + " sentences");
    }

    @Test
    @DisplayName("the checker of facts finds most answers false when it compares them with the wrong picture")
    void checkerCanFail() throws IOException {
        Map<String, JsonNode> scenes = scenes(1);
        int samples = 0;
        int wrong = 0;
        for (JsonNode sample : JSON.readTree(makeData(world, "--seed", "5").toFile())) {
            samples++;
            wrong += readAll(sample, scenes).wrong.isEmpty() ? 0 : 1;
        }
        assertTrue(wrong > 0.7 * samples, wrong + " of " + samples);
    }

    @Test
    @DisplayName("without options the kinds come in the paper's proportion, 58 : 23 : 77, also in every beginning of the plan")
    void paperProportion() throws IOException {
        for (int limit : new int[] {158, 1580, 79}) {
            Map<String, Integer> kinds = kinds(makeData(world, "--limit", String.valueOf(limit)));
            assertEquals(58 * limit / 158.0, kinds.get("conversation"), 1);
            assertEquals(23 * limit / 158.0, kinds.get("detail"), 1);
            assertEquals(77 * limit / 158.0, kinds.get("reasoning"), 1);
        }
        Map<String, Integer> kinds = kinds(makeData(world));
        int all = kinds.values().stream().mapToInt(Integer::intValue).sum();
        assertEquals(58 / 158.0, kinds.get("conversation") / (double) all, 0.001);
        assertEquals(23 / 158.0, kinds.get("detail") / (double) all, 0.001);
    }

    @Test
    @DisplayName("a longer plan begins with the samples of a shorter one")
    void longerBeginsAsShorter() throws IOException {
        List<String> shorter = Files.readAllLines(makeData(world, "--limit", "40"));
        List<String> longer = Files.readAllLines(makeData(world, "--limit", "90"));
        for (int i = 1; i < 40; i++) {
            assertEquals(shorter.get(i), longer.get(i));
        }
    }

    @Test
    @DisplayName("conversations have 2, 3, 4 and 5 turns, and no other number")
    void turns() throws IOException {
        Map<Integer, Integer> turns = new TreeMap<>();
        for (JsonNode sample : JSON.readTree(makeData(world, "--kinds", "conversation").toFile())) {
            turns.merge(sample.get("conversations").size() / 2, 1, Integer::sum);
        }
        assertEquals(Set.of(2, 3, 4, 5), turns.keySet());
    }

    @Test
    @DisplayName("things are asked for in at least 30 phrasings")
    void phrasings() throws IOException {
        Set<String> phrasings = new HashSet<>();
        for (JsonNode sample : JSON.readTree(makeData(world).toFile())) {
            for (int i = 0; i < sample.get("conversations").size(); i += 2) {
                phrasings.add(sample.get("conversations").get(i).get("value").asText().replace("<image>\n", "")
                        .replaceAll("\\b(car|tree|house|cat|ball|boat|star|person)\\b", "KIND")
                        .replaceAll("\\bat (top|bottom|left|right|center)(-left|-right)?\\b", "at PLACE"));
            }
        }
        assertTrue(phrasings.size() >= 30, phrasings.size() + ": " + phrasings);
    }

    @Test
    @DisplayName("no instruction speaks of a picture with a held-out pair of colour and kind")
    void nothingHeldOut() throws IOException {
        Set<String> shown = new HashSet<>();
        JSON.readTree(makeData(world).toFile()).forEach(sample -> shown.add(sample.get("image").asText()));
        int heldOut = 0;
        for (JsonNode scene : scenes(0).values()) {
            if (scene.get("held_out_pair").asBoolean()) {
                heldOut++;
                assertFalse(shown.contains(scene.get("image").asText()));
            }
        }
        assertTrue(heldOut > 100);
    }

    private Path makeData(Path data, String... options) {
        Path out = folder.resolve("data.json");
        List<String> arguments = new ArrayList<>(List.of("make-data", "--captions", data.resolve("captions.json").toString(),
                "--instances", data.resolve("instances.json").toString(), "--teacher", "rule", "--out", out.toString()));
        arguments.addAll(List.of(options));
        assertEquals(0, Main.run(arguments.toArray(String[]::new)));
        return out;
    }

    /** @param shift how many pictures further the scene is taken from */
    private static Map<String, JsonNode> scenes(int shift) throws IOException {
        JsonNode all = JSON.readTree(world.resolve("scenes.json").toFile());
        Map<String, JsonNode> scenes = new HashMap<>();
        for (int i = 0; i < all.size(); i++) {
            scenes.put(all.get(i).get("image").asText(), all.get((i + shift) % all.size()));
        }
        return scenes;
    }

    private static StatedFacts readAll(JsonNode sample, Map<String, JsonNode> scenes) {
        StatedFacts facts = new StatedFacts(scenes.get(sample.get("image").asText()));
        JsonNode turns = sample.get("conversations");
        for (int i = 0; i < turns.size(); i += 2) {
            String answer = turns.get(i + 1).get("value").asText();
            if (sample.get("id").asText().contains("-detail")) {
                facts.readDescription(answer);
            } else {
                facts.read(turns.get(i).get("value").asText(), answer);
            }
        }
        return facts;
    }

    private static Map<String, Integer> kinds(Path data) throws IOException {
        Map<String, Integer> kinds = new TreeMap<>();
        for (JsonNode sample : JSON.readTree(data.toFile())) {
            kinds.merge(sample.get("id").asText().split("-")[1], 1, Integer::sum);
        }
        return kinds;
    }
}
