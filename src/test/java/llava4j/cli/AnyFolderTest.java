package llava4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import llava4j.error.UserError;
import llava4j.picturebook.StandInArt;
import llava4j.support.CommandProcess;
import llava4j.support.SmallWorld;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each command that takes a path is given one with spaces, quotes and letters of several alphabets; each text that it reads
 * ends its lines as on Windows and begins with the mark that editors there write.
 */
@DisplayName("In a folder of any name, with files from Windows,")
class AnyFolderTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    /** Nobody writes it with an editor, and the tokenizer's own library knows no such mark. */
    private static final String WITHOUT_MARK = "tokenizer.json";

    @TempDir
    static Path temporary;
    private static Path home;
    private static SmallWorld world;
    private static String model;

    private String printed;

    @BeforeAll
    static void paint() throws IOException {
        home = Files.createDirectory(temporary.resolve("Zoë's models (1) & 图片, -x"));
        world = SmallWorld.in(home);
        world.model().save(home.resolve("my model"));
        model = home.resolve("my model").toString();
        asOnWindows(world.images().getParent());
        asOnWindows(home.resolve("my model"));
    }

    /** JSON in several lines, as an editor on Windows saves it. */
    private static void asOnWindows(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(one -> one.toString().endsWith(".json")).toList()) {
                Files.writeString(file, (file.endsWith(WITHOUT_MARK) ? "" : "\uFEFF")
                        + JSON.readTree(file.toFile()).toPrettyString().replaceAll("\\R", "\r\n"));
            }
        }
    }

    private static String at(String name) {
        return home.resolve(name).toString();
    }

    private void run(String... arguments) {
        assertEquals(0, code(arguments), printed);
    }

    private int code(String... arguments) {
        Ran ran = Ran.of(arguments);
        printed = ran.text();
        return ran.code();
    }

    private void run(String typed, List<String> arguments) {
        InputStream before = System.in;
        try {
            System.setIn(new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)));
            run(arguments.toArray(String[]::new));
        } finally {
            System.setIn(before);
        }
    }

    private static void written(String... names) {
        Stream.of(names).forEach(name -> assertTrue(Files.exists(home.resolve(name)), name + " in " + home));
    }

    @Test
    @DisplayName("data are made, chosen, encoded and looked at")
    void data() {
        String captions = world.file("captions.json").toString();
        run("make-data", "--captions", captions, "--instances", world.file("instances.json").toString(), "--teacher", "rule",
                "--held-out", "", "--out", at("données.json"));
        run("filter-captions", "--data", captions, "--min-frequency", "1", "--out", at("chosen captions.json"));
        run("encode", "--model", model, "--images", world.images().toString(), "--out", at("features, å"));
        run("inspect", at("données.json"), "--model", model, "--images", world.images().toString());
        run("preprocess", "--model", model, "--image", world.images().resolve("000001.png").toString(), "--output",
                at("pixels of 1.safetensors"));
        run("inspect", at("pixels of 1.safetensors"));
        written("données.json", "chosen captions.json", "features, å", "pixels of 1.safetensors");
    }

    @Test
    @DisplayName("both stages are trained, an adapter too, which is laid on and merged")
    void training() {
        run("train", "--stage", "1", "--model", model, "--data", world.file("captions.json").toString(), "--images",
                world.images().toString(), "--out", at("stage 1 ü"), "--steps", "2", "--batch", "2", "--save-every", "1");
        run("train", "--stage", "1", "--model", model, "--data", world.file("captions.json").toString(), "--images",
                world.images().toString(), "--out", at("stage 1 ü"), "--steps", "2", "--batch", "2", "--resume");
        run("train", "--stage", "2", "--model", at("stage 1 ü"), "--data", world.file("instructions.json").toString(),
                "--images", world.images().toString(), "--out", at("适配器"), "--steps", "1", "--batch", "1",
                "--lora-rank", "2");
        run("inspect", at("stage 1 ü"), "--adapter", at("适配器"));
        run("merge-lora", "--model", at("stage 1 ü"), "--adapter", at("适配器"), "--out", at("merged model"));
        run("inspect", at("merged model"), "--json");
        run("plan", "--config", at("merged model"));
        written("stage 1 ü/model.safetensors", "适配器/adapter_config.json", "merged model/config.json");
    }

    @Test
    @DisplayName("a language model and a CLIP are assembled")
    void assembling() throws IOException {
        for (String part : List.of("vicuna", "clip")) {
            Path copy = Files.createDirectory(home.resolve("the " + part));
            try (Stream<Path> files = Files.list(Path.of("tiny-data/pretrained", part))) {
                for (Path file : files.toList()) {
                    Files.copy(file, copy.resolve(file.getFileName()));
                }
            }
            asOnWindows(copy);
        }
        run("assemble", "--language", at("the vicuna"), "--vision", at("the clip"), "--out", at("zusammengefügt"));
        written("zusammengefügt/model.safetensors", "zusammengefügt/tokenizer.json");
    }

    @Test
    @DisplayName("a model is talked to; the mark before a piped text and the quotes around a copied path are no part of them")
    void talking() throws IOException {
        String picture = world.images().resolve("000001.png").toString();
        List<String> chat = List.of("chat", "--model", model, "--image", picture, "--max-new-tokens", "3");
        run("what color is the tree?\n", chat);
        String usual = printed;
        run("\uFEFFwhat color is the tree?\r\n", chat);
        assertEquals(usual, printed);
        run("\uFEFF/image \"" + picture + "\"\r\nwhere is the tree?\r\n/save " + at("a chat, 对话.json") + "\r\n/quit\r\n",
                List.of("chat", "--model", model, "--max-new-tokens", "3"));
        assertTrue(Files.readString(home.resolve("a chat, 对话.json")).contains("where is the tree?"));
        run("generate", "--model", model, "--image", picture, "--prompt", "<image> the tree", "--max-new-tokens", "2");
        run("\uFEFF[\"what color is\",\r\n\"the tree?\"]\r\n", List.of("tokenize", "--model", model));
    }

    @Test
    @DisplayName("a model is examined, and problems are made for it")
    void exams() throws IOException {
        run("evaluate", "--suite", "tiny", "--model", model, "--data", world.images().getParent().toString(),
                "--out", at("answers, 回答.jsonl"));
        written("answers, 回答.jsonl");
        run("tinyworld", "--seed", "5", "--count", "6", "--out", at("worlds/train"));
        run("tinyworld", "--seed", "6", "--count", "6", "--out", at("worlds/validation"));
        run("tinyworld", "--seed", "7", "--count", "6", "--out", at("worlds/held-out"));
        run("science", "data", "--world", at("worlds"), "--out", at("problème"), "--train", "3", "--validation", "1",
                "--test", "2");
        asOnWindows(home.resolve("problème"));
        run("evaluate", "--suite", "scienceqa", "--model", model, "--data", at("problème"), "--images", at("worlds"),
                "--max-new-tokens", "3");
    }

    @Test
    @DisplayName("pages of the picture book are painted")
    void pictureBook() throws IOException {
        run("picturebook", "--emoji", StandInArt.in(home.resolve("émoji")).toString(), "--seed", "1", "--count", "2", "--out",
                at("the book"));
        written("the book");
    }

    @Test
    @DisplayName("what cannot be a name is called so, and a letter that the console lacks is no reason to guess")
    void names() {
        assertTrue(FailureLine.of(new java.nio.file.InvalidPathException("a?.png", "Illegal char <?>", 1))
                .contains("is no file name: it holds a character that no name can have here"));
        assertTrue(Encoding.remedy("Windows 11").contains("region settings"));
        assertEquals("set LC_ALL=C.UTF-8", Encoding.remedy("Linux"));
    }

    @Test
    @DisplayName("a model is not trained into its own folder where that could not be written at the end")
    void ownFolder() {
        ModelOptions options = new ModelOptions();
        options.model = home.resolve("my model");
        options.weights = ModelOptions.WeightForm.AS_STORED;
        OutputFolder.canBeReplaced(home.resolve("my model"), options, "Linux");
        OutputFolder.canBeReplaced(home.resolve("another"), options, "Windows 11");
        assertTrue(assertThrows(UserError.class, () -> OutputFolder.canBeReplaced(home.resolve("./my model"), options,
                "Windows 11")).getMessage().contains("choose another --out"));
        options.weights = ModelOptions.WeightForm.FLOAT32;
        OutputFolder.canBeReplaced(home.resolve("my model"), options, "Windows 11");
    }

    /** Java 17 on Windows: lines end in two characters, and texts are in the code page unless a program says otherwise. */
    @Test
    @DisplayName("a model that is trained where lines end in \\r\\n, in a code page of 256 letters, has the same bytes")
    void sameBytes() throws IOException, InterruptedException {
        List<String> train = List.of("train", "--stage", "1", "--model", model, "--data", world.file("captions.json").toString(),
                "--images", world.images().toString(), "--steps", "1", "--batch", "2", "--out");
        run(Stream.concat(train.stream(), Stream.of(at("here"))).toArray(String[]::new));
        CommandProcess there = CommandProcess.start(temporary, Map.of(), List.of("-Dline.separator=\r\n",
                "-Dfile.encoding=windows-1252"), Stream.concat(train.stream(), Stream.of(at("there"))).toArray(String[]::new));
        assertEquals(0, there.exitCode(), there.err());
        assertTrue(there.out().contains(home.toString()) && there.out().endsWith("\r\n"), there.out());
        for (String name : List.of("config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json",
                "preprocessor_config.json", "model.safetensors")) {
            assertArrayEquals(Files.readAllBytes(home.resolve("here").resolve(name)),
                    Files.readAllBytes(home.resolve("there").resolve(name)), name);
        }
    }
}
