package llava4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import llava4j.image.ImageProcessorConfig;
import llava4j.support.CommandProcess;
import llava4j.support.SmallWorld;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What users gave to train: right, or refused in one line before anything is computed,")
class ReportedCasesTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ASK = "what color is the tree?";
    private static final String SAY = "the tree is red.";

    @TempDir
    static Path folder;
    private static SmallWorld world;
    private static Path model;

    private String printed;

    @BeforeAll
    static void paint() {
        world = SmallWorld.in(folder);
        model = folder.resolve("model");
        world.model().save(model);
    }

    private int run(String... arguments) {
        Ran ran = Ran.of(arguments);
        printed = ran.text();
        return ran.code();
    }

    /** @param options in pairs; they count before the usual ones */
    private static String[] train(Path model, String json, String... options) throws IOException {
        Path data = Files.writeString(Files.createTempFile(folder, "data", ".json"), json);
        Map<String, String> all = new LinkedHashMap<>(Map.of("--stage", "2", "--model", model.toString(), "--data",
                data.toString(), "--images", world.images().toString(), "--out", folder.resolve("out").toString()));
        for (int i = 0; i < options.length; i += 2) {
            all.put(options[i], options[i + 1]);
        }
        return Stream.concat(Stream.of("train"), all.entrySet().stream().flatMap(entry -> Stream.of(entry.getKey(),
                entry.getValue()))).toArray(String[]::new);
    }

    private void refused(Path model, String json, String... parts) throws IOException {
        assertEquals(1, run(train(model, json, "--steps", "1", "--batch", "1")), printed);
        assertTrue(printed.startsWith("llava4j: "), printed);
        Stream.of(parts).forEach(part -> assertTrue(printed.contains(part), part + " in " + printed));
        assertFalse(Files.exists(folder.resolve("out")), "nothing is written");
    }

    private static String sample(String id, String image, String ask, String say) {
        return "{\"id\":\"" + id + "\"," + (image == null ? "" : "\"image\":" + image + ",") + "\"conversations\":[{\"from\":"
                + "\"human\",\"value\":\"" + ask + "\"},{\"from\":\"gpt\",\"value\":\"" + say + "\"}]}";
    }

    private static String about(String id, String picture) {
        return sample(id, "\"" + picture + "\"", "<image>\\n" + ASK, SAY);
    }

    private static Path changed(String name, String file, Consumer<ObjectNode> change) throws IOException {
        Path copy = Files.createDirectories(folder.resolve(name));
        try (Stream<Path> files = Files.list(model)) {
            for (Path one : files.toList()) {
                Files.copy(one, copy.resolve(one.getFileName()));
            }
        }
        ObjectNode tree = (ObjectNode) JSON.readTree(copy.resolve(file).toFile());
        change.accept(tree);
        JSON.writeValue(copy.resolve(file).toFile(), tree);
        return copy;
    }

    @Test
    @DisplayName("a tokenizer without <image>, or with another id than config.json: every command says so, and nothing is trained")
    void imageTokenUnknown() throws IOException {
        Path none = changed("none", "tokenizer.json", rules -> {
            rules.withArray("added_tokens").forEach(token -> {
                if (token.get("content").asText().equals("<image>")) {
                    ((ObjectNode) token).put("content", "<other>");
                }
            });
            ((ObjectNode) rules.get("model").get("vocab")).remove("<image>");
        });
        Path other = changed("other", "config.json", config -> config.put("image_token_id", 7).put("image_token_index", 7));
        for (Path bad : List.of(none, other)) {
            refused(bad, "[" + about("a", "000001.png") + "]", bad.toString(), "<image>");
            assertEquals(1, run("generate", "--model", bad.toString(), "--prompt", "<image>", "--image",
                    world.images().resolve("000001.png").toString()), printed);
            assertTrue(printed.startsWith("llava4j: " + bad) && printed.lines().count() == 1, printed);
        }
    }

    @Test
    @DisplayName("other pictures: they give another loss, so that they are seen")
    void picturesAreSeen() throws IOException {
        List<String> losses = new ArrayList<>();
        for (String picture : List.of("000001.png", "000002.png", "000001.png")) {
            assertEquals(0, run(train(model, "[" + about("a", picture) + "]", "--steps", "1", "--batch", "1", "--out",
                    folder.resolve("seen").toString())), printed);
            losses.add(printed.lines().filter(line -> line.contains(" parameters trained")).findFirst().orElseThrow());
        }
        assertNotEquals(losses.get(0), losses.get(1));
        assertEquals(losses.get(0), losses.get(2));
    }

    @Test
    @DisplayName("<image> in an answer or a caption: train and inspect name the sample")
    void imageMarkInAnswer() throws IOException {
        String json = "[" + about("s0", "000001.png") + "," + sample("s1", "\"000002.png\"", "<image>\\n" + ASK,
                "an <image> of a tree.") + "]";
        refused(model, json, "sample s1: <image> stands in an answer");
        refused(model, "[" + sample("t1", null, ASK, "an <image>.") + "]", "sample t1: <image> stands in an answer");
        Path data = Files.writeString(folder.resolve("mark.json"), json);
        assertEquals(1, run("inspect", data.toString(), "--model", model.toString()));
        assertTrue(printed.contains("sample s1: <image>"), printed);
        Path captions = Files.writeString(folder.resolve("captions.json"), "{\"annotations\":[{\"id\":1,\"image_id\":1,"
                + "\"caption\":\"an <image> of a tree.\"}],\"images\":[{\"id\":1,\"file_name\":\"000001.png\"}]}");
        assertEquals(1, run("train", "--stage", "1", "--model", model.toString(), "--data", captions.toString(), "--images",
                world.images().toString(), "--out", folder.resolve("out").toString()));
        assertTrue(printed.contains("sample caption-1: <image>"), printed);
    }

    @Test
    @DisplayName("a list of pictures: one of them is that picture, without a mark for it it is a fault, two take two marks")
    void imageList() throws IOException {
        String marked = "<image>\\n" + ASK;
        refused(model, "[" + sample("s1", "[\"000001.png\"]", ASK, SAY) + "]", "sample s1: 0 <image> in the text but 1 picture");
        List<String> losses = new ArrayList<>();
        for (String image : List.of("\"000001.png\"", "[\"000001.png\"]", "[\"000001.png\",\"000002.png\"]")) {
            assertEquals(0, run(train(model, "[" + sample("s1", image, image.contains(",") ? "<image>" + marked : marked, SAY)
                    + "]", "--steps", "1", "--batch", "1", "--out", folder.resolve("list").toString())), printed);
            losses.add(printed.lines().filter(line -> line.contains(" parameters trained")).findFirst().orElseThrow());
        }
        assertEquals(losses.get(0), losses.get(1));
        assertNotEquals(losses.get(0), losses.get(2));
    }

    @Test
    @DisplayName("two files pasted together, or more text after the array: train and inspect name the line")
    void concatenatedJson() throws IOException {
        String one = "[" + about("a", "000001.png") + "]\n";
        refused(model, one + one, ", line 2: more text after the end");
        refused(model, one + "} and more", ", line 2: ");
        assertEquals(1, run("inspect", Files.writeString(folder.resolve("cat.json"), one + one).toString()));
        assertTrue(printed.contains("cat.json, line 2: "), printed);
    }

    @Test
    @DisplayName("bad samples at the end of the data: all are told before the first picture is decoded, which here cannot be")
    void checksBeforeEncoding() throws IOException {
        byte[] picture = Files.readAllBytes(world.images().resolve("000001.png"));
        Files.write(world.images().resolve("torn.png"), Arrays.copyOf(picture, picture.length / 2));
        String torn = about("torn", "torn.png");
        refused(model, "[" + torn + "," + sample("long", "\"000001.png\"", "<image>\\n" + (ASK + " ").repeat(90), SAY) + ","
                + about("gone", "gone.png") + "]", ": 2 faults:", "sample long: has ", "gone.png: no such picture");
        assertFalse(printed.contains("torn.png"), printed);
        refused(model, "[" + torn + "]", "torn.png");
        assertEquals(1, run("inspect", Files.writeString(folder.resolve("gone.json"), "[" + about("gone", "gone.png") + "]")
                .toString(), "--model", model.toString(), "--images", world.images().toString()));
        assertTrue(printed.contains("sample gone: ") && printed.contains("gone.png: no such picture"), printed);
    }

    @Test
    @DisplayName("thirty photographs of three million pixels with a heap that holds ten of them decoded")
    void photographs() throws IOException, InterruptedException {
        Path photographs = Files.createDirectories(folder.resolve("photographs"));
        ImageIO.write(new BufferedImage(2000, 1500, BufferedImage.TYPE_INT_RGB), "jpg", photographs.resolve("0.jpg").toFile());
        for (int i = 1; i < 30; i++) {
            Files.copy(photographs.resolve("0.jpg"), photographs.resolve(i + ".jpg"));
        }
        Path resizing = changed("resizing", "config.json", config -> { });
        ImageProcessorConfig.clip(48).write(resizing.resolve("preprocessor_config.json"));
        String[] arguments = train(resizing, IntStream.range(0, 30).mapToObj(i -> about("s" + i, i + ".jpg"))
                .collect(Collectors.joining(",", "[", "]")), "--steps", "1", "--batch", "2", "--images", photographs.toString(),
                "--out", folder.resolve("photographed").toString());
        CommandProcess train = CommandProcess.start(folder, Map.of(), List.of("-Xmx120m",
                "-Dorg.bytedeco.javacpp.maxphysicalbytes=0"), arguments);
        assertEquals(0, train.exitCode(), train.err());
    }

    @Test
    @DisplayName("words that the vocabulary does not have: train and inspect say how many, and which")
    void unknownWords() throws IOException {
        String json = "[" + sample("o1", "\"000001.png\"", "<image>\\n" + ASK, "a retriever is red.") + "]";
        String notice = "of the words to be learned are not in this tokenizer's vocabulary: retriever";
        assertEquals(0, run(train(model, json, "--steps", "1", "--batch", "1", "--out", folder.resolve("words").toString())));
        assertTrue(printed.lines().findFirst().orElseThrow().contains(notice), printed);
        assertEquals(0, run("inspect", Files.writeString(folder.resolve("words.json"), json).toString(), "--model",
                model.toString()));
        assertTrue(printed.contains(notice), printed);
    }

    @Test
    @DisplayName("seven samples in batches of four: the last three are a step too, and a single step learns at the full rate")
    void partialBatch() throws IOException {
        String json = IntStream.range(0, 7).mapToObj(i -> about("s" + i, "000001.png")).collect(Collectors.joining(",", "[", "]"));
        String out = folder.resolve("partial").toString();
        assertEquals(0, run(train(model, json, "--epochs", "1", "--batch", "4", "--out", out)));
        assertTrue(printed.contains("7 samples, 4 a step and 3 in the last of an epoch; 2 steps"), printed);
        assertEquals(0, run(train(model, json, "--steps", "1", "--batch", "4", "--out", out)));
        assertTrue(printed.contains("without warm-up"), printed);
        assertFalse(Arrays.equals(Files.readAllBytes(model.resolve("model.safetensors")),
                Files.readAllBytes(folder.resolve("partial/model.safetensors"))), "it has learned");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    @DisplayName("a picture whose name this locale cannot write: what to set is said")
    void localeWithoutSuchLetters() throws IOException, InterruptedException {
        CommandProcess train = CommandProcess.start(folder, Map.of("LC_ALL", "POSIX"), List.of(),
                train(model, "[" + about("a", "caf\u00e9.png") + "]", "--steps", "1", "--batch", "1"));
        assertEquals(1, train.exitCode(), train.err());
        assertTrue(train.err().contains("caf\u00e9.png") && train.err().contains("set LC_ALL=C.UTF-8"), train.err());
        assertEquals(1, train.err().lines().count(), train.err());
    }
}
