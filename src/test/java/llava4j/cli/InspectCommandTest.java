package llava4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import llava4j.Llava;
import llava4j.conversation.SupervisedTokens;
import llava4j.data.BriefInstructions;
import llava4j.data.SampleRules;
import llava4j.support.SmallWorld;
import llava4j.train.Stage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("inspect")
class InspectCommandTest {

    @TempDir
    private static Path folder;
    private static SmallWorld world;
    private static Llava model;

    @BeforeAll
    static void aWorldWithAModel() {
        world = SmallWorld.in(folder);
        model = world.model();
        model.save(folder.resolve("model"));
    }

    @Test
    @DisplayName("shows a caption with the brief request that stage 1 asks with the same seed")
    void briefCaptions() throws IOException {
        sameAsStage1(Optional.of(new BriefInstructions(3)), "--instructions", "brief", "--seed", "3");
    }

    @Test
    @DisplayName("shows a caption that answers the picture alone as stage 1 trains on it")
    void plainCaptions() throws IOException {
        sameAsStage1(Optional.empty(), "--instructions", "plain");
    }

    private static void sameAsStage1(Optional<BriefInstructions> requests, String... options) throws IOException {
        SupervisedTokens trained = Stage.FEATURE_ALIGNMENT.check(model, world.file("captions.json"), Optional.of(world.images()),
                SampleRules.STRICT.asking(requests)).set().tokens(1);
        JsonNode shown = new ObjectMapper().readTree(printed(options));
        assertArrayEquals(trained.ids(), numbers(shown.get("ids")));
        assertArrayEquals(trained.labels(), numbers(shown.get("labels")));
    }

    @Test
    @DisplayName("refuses --instructions without a model, and a seed without anything to draw")
    void misused() {
        String captions = world.file("captions.json").toString();
        assertEquals(2, Main.run("inspect", captions, "--instructions", "brief"));
        assertEquals(2, Main.run("inspect", captions, "--model", folder.resolve("model").toString(), "--seed", "3"));
    }

    private static int[] numbers(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
    }

    private static String printed(String... options) {
        PrintStream out = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            String[] command = {"inspect", world.file("captions.json").toString(), "--model", folder.resolve("model").toString(),
                "--sample", "2", "--json"};
            String[] all = Stream.concat(Arrays.stream(command), Arrays.stream(options))
                    .toArray(String[]::new);
            assertEquals(0, Main.run(all));
        } finally {
            System.setOut(out);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
