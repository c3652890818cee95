package llava4j.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import llava4j.Llava;
import llava4j.checkpoint.ModelDirectoryWriter;
import llava4j.image.ImageProcessorConfig;
import llava4j.picturebook.BookContrast;
import llava4j.picturebook.StandInArt;
import llava4j.pretrain.ClipPretraining;
import llava4j.pretrain.WordTokenizer;
import llava4j.serve.AskedAgain;
import llava4j.serve.LiveRun;
import llava4j.vision.ClipConfig;
import llava4j.vision.TextTowerConfig;
import llava4j.vision.VisionConfig;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The main job on the picture book")
class BookDemoTest {

    private static final List<String> SAID = new ArrayList<>();
    private static final Map<String, List<LiveRun.Asked>> ASKED = new LinkedHashMap<>();

    @TempDir
    static Path folder;
    private static BookDemo.Result result;

    /** Two steps of each stage: what a model learns in them is nothing, and that is enough here. */
    @BeforeAll
    static void run() throws IOException {
        List<String> tokens = WordTokenizer.SPECIALS;
        ClipConfig clip = new ClipConfig(VisionConfig.VIT_B_32.withImageSize(BookContrast.SIZE).withPatchSize(32).withHiddenSize(16)
                .withIntermediateSize(32).withLayers(2).withHeads(2).withActivation("relu"),
                TextTowerConfig.VIT_B_32.withVocabularySize(tokens.size()).withMaxPositions(64).withHiddenSize(16)
                .withIntermediateSize(32).withLayers(1).withHeads(2).withActivation("relu").withEosTokenId(WordTokenizer.EOS), 8);
        WordTokenizer.write(folder.resolve("clip"), tokens, true, 64);
        ModelDirectoryWriter.write(folder.resolve("clip"), clip, ClipPretraining.fresh(clip, 1), folder.resolve("clip"),
                ImageProcessorConfig.clip(BookContrast.SIZE));
        StandInArt.in(folder.resolve("emoji"));
        result = new BookDemo(settings(false), SAID::add, (name, steps, model) -> {
            ASKED.put(name, new AskedAgain(model, out().resolve("held-out"), "description").ask());
            return (step, all, loss, count) -> { };
        }).run();
        BookPage.write(result, out());
    }

    private static Path out() {
        return folder.resolve("out");
    }

    private static BookDemo.Settings settings(boolean resume) {
        return new BookDemo.Settings(Path.of("tiny-data/pretrained/vicuna"), folder.resolve("clip"), folder.resolve("emoji"), out(),
                3, 24, new BookDemo.Steps(3, 2, 2), 20, true, true, resume);
    }

    @Test
    @DisplayName("says the time and the memory before anything else")
    void foretold() {
        assertTrue(SAID.get(0).matches(".*about (\\d+ h )?\\d+ min and \\d+\\.\\d GB of memory here"), SAID.get(0));
    }

    @Test
    @DisplayName("can be watched: in each stage the model that learns is asked about the same three pictures")
    void watched() {
        assertEquals(List.of("first_words", "stage1", "stage2", "without_stage1", "lora"), List.copyOf(ASKED.keySet()));
        ASKED.values().forEach(asked -> assertEquals(3, asked.stream().map(LiveRun.Asked::picture).distinct().count()));
    }

    @Test
    @DisplayName("leaves a model that opens, and a score for each control")
    void scores() throws IOException {
        assertEquals(9, Llava.open(out().resolve("model"), Optional.empty()).config().imageTokens());
        JsonNode metrics = new ObjectMapper().readTree(out().resolve("metrics.json").toFile());
        Set<String> names = new TreeSet<>();
        metrics.get("exam").fieldNames().forEachRemaining(names::add);
        assertEquals(new TreeSet<>(List.of("untrained_w", "first_words", "stage1_only", "held_out", "held_out_pairs", "held_out_concepts",
                "swapped", "blank", "without_stage1", "lora")), names);
        assertEquals(3, metrics.get("in_words").size());
        assertEquals(30, metrics.get("in_words").get(0).get("answers").size());
        assertTrue(Files.readString(out().resolve("report.html")).contains("picture swapped"));
    }

    @Test
    @DisplayName("writes down the first chats as they came, a question of each sort in turn")
    void chats() throws IOException {
        assertEquals(10, result.talks().size());
        assertEquals("000001.png", result.talks().get(0).picture().getFileName().toString());
        String chats = Files.readString(out().resolve("chats.md"));
        result.talks().forEach(talk -> {
            assertFalse(talk.turns().isEmpty());
            talk.turns().forEach(turn -> assertTrue(chats.contains("**" + turn.question() + "**"), turn.question()));
        });
    }

    @Test
    @DisplayName("goes on from where it stood: what is done is not trained again, and comes out the same")
    void resumed() throws IOException {
        byte[] model = Files.readAllBytes(out().resolve("model/model.safetensors"));
        List<String> steps = new ArrayList<>();
        BookDemo.Result again = new BookDemo(settings(true), line -> { }, (name, all, learning) -> (step, of, loss, count) ->
                steps.add(name + step)).run();
        assertEquals(List.of(), steps);
        assertEquals(result.scores().get("held_out"), again.scores().get("held_out"));
        assertArrayEquals(model, Files.readAllBytes(out().resolve("model/model.safetensors")));
    }
}
