package llava4j.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import llava4j.Llava;
import llava4j.conversation.SupervisedTokens;
import llava4j.error.UserError;
import llava4j.model.LossGraph;
import llava4j.support.Near;
import llava4j.support.SmallWorld;
import llava4j.train.Stage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.dataset.api.MultiDataSet;

@DisplayName("Training data")
class SampleCheckTest {

    private static final String ASK = "{\"from\":\"human\",\"value\":\"<image>\\nwhat color is the tree?\"}";
    private static final String SAY = "{\"from\":\"gpt\",\"value\":\"the tree is red.\"}";

    @TempDir
    static Path folder;
    private static SmallWorld world;
    private static Llava model;

    @BeforeAll
    static void paint() {
        world = SmallWorld.in(folder);
        model = world.model();
    }

    private static Path file(String json) throws IOException {
        return Files.writeString(Files.createTempFile(folder, "data", ".json"), json);
    }

    private static String sample(String id, String image, String... turns) {
        return "{\"id\":" + id + ",\"image\":" + image + ",\"conversations\":[" + String.join(",", turns) + "]}";
    }

    private static SampleCheck check(Stage stage, String json, SampleRules rules) throws IOException {
        return stage.check(model, file(json), Optional.of(world.images()), rules);
    }

    private static SampleCheck check(String json) throws IOException {
        return check(Stage.INSTRUCTION_TUNING, json, SampleRules.STRICT);
    }

    private static List<String> refusal(String json) {
        return assertThrows(UserError.class, () -> check(json)).lines();
    }

    private static String longSample(String id) {
        return sample(id, "\"000001.png\"", "{\"from\":\"human\",\"value\":\"<image>\\nwhat color is the tree?\"}",
                "{\"from\":\"gpt\",\"value\":\"" + "the tree is red. ".repeat(80) + "\"}");
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "[{`id`:`s1`,`image`:`000001.png`,`conversations`:[ASK]}] | sample s1: ends with a question",
        "[{`id`:`s1`,`image`:`000001.png`,`conversations`:[SAY]}] | sample s1: turn 1 is from gpt",
        "[{`id`:`s1`,`image`:`000001.png`,`conversations`:[]}] | sample s1: conversations is []",
        "[{`id`:`s1`,`conversations`:`text`}] | sample s1: conversations is",
        "[{`id`:`s1`,`image`:7,`conversations`:[ASK,SAY]}] | sample s1: image is 7",
        "[{`id`:`s1`,`image`:``,`conversations`:[ASK,SAY]}] | sample s1: image is",
        "[{`id`:`s1`,`image`:{},`conversations`:[ASK,SAY]}] | sample s1: image is {}",
        "[{`id`:`s1`,`image`:[`000001.png`,null],`conversations`:[ASK,SAY]}] | sample s1: image is",
        "[{`id`:`s1`,`image`:null,`conversations`:[ASK,SAY]}] | sample s1: 1 <image> in the text but 0 picture(s)",
        "[{`id`:[1],`conversations`:[ASK,SAY]}] | sample number 1: id is [1]",
        "[{`image`:`000001.png`,`conversations`:[ASK,{`from`:`gpt`,`value`:null}]}] | sample number 1: conversations[1].value is null",
        "[{`id`:`s1`,`image`:`000001.png`,`conversations`:[ASK,{`from`:`gpt`,`value`:3}]}] | conversations[1].value is 3",
        "[{`id`:`s1`,`image`:`000001.png`,`conversations`:[ASK,{`from`:`gpt`,`value`:` `}]}] | has no answer",
        "[{`id`:`s1`,`image`:`000001.png`,`conversations`:[{`from`:`system`,`value`:`a`},ASK,SAY]}] | system message",
        "[{`id`:`s1`,`image`:`000001.png`,`conversations`:[ASK,{`from`:`gpt`,`value`:`an <image>`}]}] | in an answer",
        "[{`id`:`s1`,`image`:`../000001.png`,`conversations`:[ASK,SAY]}] | lies outside",
        "[{`id`:`s1`,`image`:`gone.png`,`conversations`:[ASK,SAY]}] | gone.png: no such picture",
        "[{`id`:`s1`,`image`:`000001.png`,`conversations`:[ASK,SAY]}] [] | more text after the end",
        "[] | holds none",
        "{`a`: 1} | a JSON array of LLaVA conversations, or COCO captions",
        "[{ | not valid JSON"})
    @DisplayName("that cannot be trained on are refused in one line that names the sample")
    void refused(String json, String part) {
        List<String> lines = refusal(json.replace('`', '"').replace("ASK", ASK).replace("SAY", SAY));
        assertEquals(1, lines.size(), lines::toString);
        assertTrue(lines.get(0).contains(part), lines.get(0));
    }

    @Test
    @DisplayName("are refused with all their faults at once, of which the first twenty are told and all are counted")
    void allFaults() {
        List<String> samples = IntStream.rangeClosed(1, 51)
                .mapToObj(i -> i % 2 == 0 ? longSample("\"s" + i + "\"") : sample("\"s" + i + "\"", "\"gone" + i + ".png\"", ASK, SAY))
                .collect(Collectors.toList());
        samples.add(3, sample("\"good\"", "\"000001.png\"", ASK, SAY));
        List<String> lines = refusal("[" + String.join(",\n", samples) + "]");
        assertTrue(lines.get(0).endsWith("51 faults:"), lines.get(0));
        assertEquals(1 + 20 + 1, lines.size());
        assertTrue(lines.get(1).contains("sample s1: ") && lines.get(1).contains("gone1.png"), lines.get(1));
        assertTrue(lines.get(2).contains("sample s2: has") && lines.get(2).contains("--too-long"), lines.get(2));
        assertEquals("and 31 more", lines.get(21));
    }

    @Test
    @DisplayName("name a picture by a text or by a list of one, and samples by texts, numbers or nothing; other fields are ignored")
    void oneForm() throws IOException {
        TrainingSet set = check("[" + sample("\"a\"", "\"000001.png\"", ASK, SAY) + "," + sample("7", "[\"000001.png\"]", ASK, SAY)
                + ",{\"extra\":{\"b\":[1]},\"id\":null,\"image\":\"000001.png\",\"conversations\":[" + ASK + "," + SAY + "]}]").set();
        assertEquals(List.of("a", "7", "number 3"), List.of(set.id(0), set.id(1), set.id(2)));
        assertEquals(List.of("000001.png"), set.pictures());
        assertArrayEquals(set.tokens(0).ids(), set.tokens(1).ids());
        assertArrayEquals(set.tokens(0).labels(), set.tokens(2).labels());
    }

    @Test
    @DisplayName("may show several pictures in a sample: their features come in the order of the list")
    void severalPictures() throws IOException {
        TrainingSet set = check("[" + sample("\"a\"", "[\"000003.png\",\"000001.png\"]",
                "{\"from\":\"human\",\"value\":\"<image>\\n<image>\\nwhat color is the tree?\"}", SAY) + "]").set();
        FeatureStore features = Pictures.features(model, world.images(), set.pictures());
        MultiDataSet batch = new ConversationIterator(set, features, 1, LastBatch.DROPPED, 0, model.config().padTokenId()).at(0);
        assertEquals(18, batch.getFeatures(1).size(0));
        for (int p = 0; p < 9; p++) {
            assertTrue(Near.sameBits(features.of(List.of("000003.png")).getRow(p), batch.getFeatures(1).getRow(p)));
            assertTrue(Near.sameBits(features.of(List.of("000001.png")).getRow(p), batch.getFeatures(1).getRow(9L + p)));
        }
    }

    @Test
    @DisplayName("may begin with a gpt turn, which is left out as in the reference, and said")
    void leadingAnswer() throws IOException {
        SampleCheck check = check("[" + sample("\"a\"", "\"000001.png\"", SAY, ASK, SAY) + ","
                + sample("\"b\"", "\"000001.png\"", ASK, SAY) + "]");
        assertArrayEquals(check.set().tokens(1).ids(), check.set().tokens(0).ids());
        assertEquals(1, check.notes().size());
        assertTrue(check.notes().get(0).endsWith(": a"), check.notes().get(0));
    }

    @Test
    @DisplayName("that are too long are left out or cut off at the context, when that is asked for, and counted")
    void tooLong() throws IOException {
        String json = "[" + longSample("\"long\"") + "," + sample("\"b\"", "\"000001.png\"", ASK, SAY) + "]";
        SampleCheck skipped = check(Stage.INSTRUCTION_TUNING, json,
                new SampleRules(SampleRules.TooLong.SKIP, SampleRules.Missing.STOP));
        assertEquals(1, skipped.set().samples());
        assertTrue(skipped.notes().get(0).startsWith("1 sample left out"), skipped.notes().get(0));
        SampleCheck cut = check(Stage.INSTRUCTION_TUNING, json,
                new SampleRules(SampleRules.TooLong.TRUNCATE, SampleRules.Missing.STOP));
        SupervisedTokens tokens = cut.set().tokens(0);
        assertEquals(2, cut.set().samples());
        assertEquals(256, tokens.ids().length);
        assertFalse(tokens.labels()[255] == LossGraph.IGNORED, "its beginning is learned");
    }

    @Test
    @DisplayName("whose pictures are missing are left out when that is asked for; a text file is no picture")
    void missing() throws IOException {
        Files.writeString(world.images().resolve("text.png"), "no picture");
        String json = "[" + sample("\"a\"", "\"gone.png\"", ASK, SAY) + "," + sample("\"b\"", "\"000001.png\"", ASK, SAY) + ","
                + sample("\"c\"", "\"text.png\"", ASK, SAY) + "]";
        assertEquals(3, refusal(json).size());
        SampleCheck check = check(Stage.INSTRUCTION_TUNING, json,
                new SampleRules(SampleRules.TooLong.STOP, SampleRules.Missing.SKIP));
        assertEquals(List.of("000001.png"), check.set().pictures());
        assertTrue(check.notes().get(0).startsWith("2 samples left out"), check.notes().get(0));
    }

    @Test
    @DisplayName("tell which of the learned words the vocabulary lacks; with none that it has, nothing can be learned")
    void unknownWords() throws IOException {
        SampleCheck check = check("[" + sample("\"a\"", "\"000001.png\"", ASK,
                "{\"from\":\"gpt\",\"value\":\"the frisbee is red, a frisbee, a retriever.\"}") + "]");
        assertEquals(3, check.unknown().unknown());
        assertEquals("frisbee", check.unknown().commonest(1).get(0).getKey());
        assertTrue(check.notes().get(0).contains("are not in this tokenizer's vocabulary: frisbee, retriever"),
                check.notes().get(0));
    }

    @Test
    @DisplayName("of the other stage are refused by name")
    void otherStage() throws IOException {
        UserError captions = assertThrows(UserError.class, () -> Stage.INSTRUCTION_TUNING.check(model,
                world.file("captions.json"), Optional.of(world.images()), SampleRules.STRICT));
        assertTrue(captions.getMessage().contains("--stage 1"), captions.getMessage());
        String two = "[" + sample("\"a\"", "\"000001.png\"", ASK, SAY, "{\"from\":\"human\",\"value\":\"is it big?\"}", SAY) + "]";
        UserError talks = assertThrows(UserError.class, () -> check(Stage.FEATURE_ALIGNMENT, two, SampleRules.STRICT));
        assertTrue(talks.getMessage().contains("stage 2"), talks.getMessage());
    }

    @Test
    @DisplayName("in COCO's form name a picture by 1 or by \"1\"; a caption may not hold <image>")
    void coco() throws IOException {
        String json = "{\"annotations\":[{\"id\":5,\"image_id\":\"1\",\"caption\":\"a red tree.\"}],"
                + "\"images\":[{\"id\":1,\"file_name\":\"000001.png\"}]}";
        assertEquals("caption-5", check(Stage.FEATURE_ALIGNMENT, json, SampleRules.STRICT).set().id(0));
        for (String caption : new String[] {"\"<image> of a tree\"", "null", "3", "\"\""}) {
            assertThrows(UserError.class, () -> check(Stage.FEATURE_ALIGNMENT, json.replace("\"a red tree.\"", caption),
                    SampleRules.STRICT), caption);
        }
    }
}
