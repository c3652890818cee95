package llava4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import llava4j.Fixtures;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A mistake on the command line ends in one line that says what to do, and leaves no file and no folder behind:")
class WrongUsageTest {

    private static final String MODEL = Fixtures.path("llava_mlp2x_gqa").toString();
    private static final String PICTURE = Fixtures.path("llava_mlp2x_gqa/image0.png").toString();

    @TempDir
    private Path folder;
    private Set<Path> before;

    @BeforeEach
    void lookAround() throws IOException {
        before = everything();
    }

    @Test
    @DisplayName("a picture that is not there")
    void missingPicture() throws IOException {
        refused(1, "gone.png: no such file", "generate", "--model", MODEL, "--prompt", "<image>", "--image",
                folder.resolve("gone.png").toString());
    }

    @Test
    @DisplayName("a file that is no picture")
    void noPicture() throws IOException {
        picture("hello".getBytes(StandardCharsets.UTF_8), "this is text, not a picture");
    }

    @Test
    @DisplayName("a picture of 0 bytes")
    void emptyPicture() throws IOException {
        picture(new byte[0], "the file is empty");
    }

    @Test
    @DisplayName("a PNG that says it has 40,000 x 40,000 pixels")
    void enormousPicture() throws IOException {
        picture(png(40_000), "40000 x 40000");
    }

    private void picture(byte[] content, String expected) throws IOException {
        Path file = given("picture.png", content);
        refused(1, expected, "generate", "--model", MODEL, "--prompt", "<image>", "--image", file.toString());
        refused(1, expected, "preprocess", "--model", MODEL, "--image", file.toString(), "--output",
                folder.resolve("out.safetensors").toString());
    }

    @Test
    @DisplayName("a pack for a platform that there is not, for a Python that there is not, or in the project itself")
    void packThatCannotBeMade() throws IOException {
        String out = folder.resolve("class.zip").toString();
        refused(1, "windows-x86_64", "bundle", "--platform", "solaris", "--out", out);
        refused(1, "--python 4", "bundle", "--platform", "linux-x86_64", "--python", "3.12,4", "--out", out);
        refused(1, "outside", "bundle", "--platform", "linux-x86_64", "--out", "class.zip");
    }

    @Test
    @DisplayName("a conversation without an answer")
    void noAnswer() throws IOException {
        Path data = given("data.json", """
                [{"id": "first", "conversations": [{"from": "human", "value": "what is it?"}]}]
                """.getBytes(StandardCharsets.UTF_8));
        refused(1, "first", train(data));
    }

    @Test
    @DisplayName("data that is not JSON")
    void noJson() throws IOException {
        refused(1, "data.json", train(given("data.json", "[{\"id\":".getBytes(StandardCharsets.UTF_8))));
    }

    private String[] train(Path data) {
        return new String[] {"train", "--stage", "2", "--model", MODEL, "--data", data.toString(), "--images",
                folder.toString(), "--out", folder.resolve("out").toString()};
    }

    @Test
    @DisplayName("a template that does not exist")
    void unknownTemplate() throws IOException {
        Path data = given("data.json", """
                [{"id": "1", "conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]}]
                """.getBytes(StandardCharsets.UTF_8));
        refused(1, "llama_3", "inspect", data.toString(), "--model", MODEL, "--template", "llama_3");
    }

    @Test
    @DisplayName("a prompt longer than the context")
    void longPrompt() throws IOException {
        refused(1, "context", "generate", "--model", MODEL, "--prompt", "a cat ".repeat(1000));
    }

    @Test
    @DisplayName("a model directory without weights")
    void noWeights() throws IOException {
        given("config.json", Files.readAllBytes(Fixtures.path("llava_mlp2x_gqa/config.json")));
        refused(1, "no model.safetensors here", "generate", "--model", folder.toString(), "--prompt", "a");
    }

    @Test
    @DisplayName("an output that cannot be written")
    void unwritableOutput() throws IOException {
        Path file = given("file", new byte[1]);
        refused(1, "out.safetensors", "preprocess", "--model", MODEL, "--image", PICTURE, "--output",
                file.resolve("out.safetensors").toString());
    }

    @Test
    @DisplayName("a training whose model could not be saved, before the data are read")
    void unwritableModel() throws IOException {
        Path file = given("file", new byte[1]);
        refused(1, "--out", "train", "--stage", "2", "--model", MODEL, "--data", "gone.json", "--images",
                folder.toString(), "--out", file.resolve("out").toString());
    }

    @Test
    @DisplayName("a judge that is neither built in nor an address")
    void unknownJudge() throws IOException {
        refused(2, "--judge gpt-4", "evaluate", "--model", MODEL, "--suite", "llava-bench", "--judge", "gpt-4");
        refused(2, "--solver gpt-4", "evaluate", "--model", MODEL, "--suite", "scienceqa", "--solver", "gpt-4");
    }

    @Test
    @DisplayName("a number of pictures that is not the number of <image>")
    void picturesAndMarks() throws IOException {
        refused(1, "the prompt has 2 <image> but 1 --image", "generate", "--model", MODEL, "--prompt", "<image><image>",
                "--image", PICTURE);
    }

    @Test
    @DisplayName("a plan for more tokens than the context, or for a name that is none")
    void impossiblePlan() throws IOException {
        refused(1, "--length 9999", "plan", "--config", "llava-7b", "--length", "9999");
        refused(1, "neither a file, nor a directory", "plan", "--config", "llava-70b");
    }

    @Test
    @DisplayName("an option that does not exist, lacks its value, is missing, or is no number: exit 2")
    void options() throws IOException {
        refused(2, "--colour", "generate", "--model", MODEL, "--prompt", "a", "--colour");
        refused(2, "--prompt", "generate", "--model", MODEL, "--prompt");
        refused(2, "--model", "generate", "--prompt", "a");
        refused(2, "many", "generate", "--model", MODEL, "--prompt", "a", "--max-new-tokens", "many");
        refused(2, "fly", "fly");
    }

    @Test
    @DisplayName("a word that an option does not know: those it knows are listed as the help writes them")
    void unknownChoice() throws IOException {
        refused(2, "'--weights': expected float32 or as-stored, but was 'half'", "generate", "--model", MODEL, "--prompt", "a",
                "--weights", "half");
        refused(2, "'--image-convention': expected transformers or llava, but was 'pil'", "generate", "--model", MODEL,
                "--prompt", "a", "--image-convention", "pil");
    }

    @Test
    @DisplayName("a number out of its range: exit 2, before the model is looked for")
    void numbersOutOfRange() throws IOException {
        for (String rate : new String[] {"-1e-3", "0", "NaN", "Infinity"}) {
            refused(2, "--learning-rate", "train", "--stage", "2", "--model", "gone", "--data", "gone", "--images", "gone",
                    "--out", "gone", "--learning-rate", rate);
        }
        refused(2, "--max-new-tokens", "generate", "--model", "gone", "--prompt", "a", "--max-new-tokens", "0");
        refused(2, "--max-new-tokens", "chat", "--model", "gone", "--max-new-tokens", "-1");
        refused(2, "--top-p", "generate", "--model", "gone", "--prompt", "a", "--top-p", "1.5");
        refused(2, "--stage1-steps", "demo", "--data", "gone", "--stage1-steps", "-5");
        refused(2, "--epochs", "train", "--stage", "2", "--model", "gone", "--data", "gone", "--images", "gone", "--out",
                "gone", "--epochs", "1", "--steps", "1");
    }

    private Path given(String name, byte[] content) throws IOException {
        Path file = Files.write(folder.resolve(name), content);
        before = everything();
        return file;
    }

    private void refused(int code, String expected, String... arguments) throws IOException {
        PrintStream err = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        int result;
        try {
            System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
            result = Main.run(arguments);
        } finally {
            System.setErr(err);
        }
        List<String> lines = printed.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals(1, lines.size(), lines.toString());
        assertTrue(lines.get(0).startsWith("llava4j: "), lines.get(0));
        assertTrue(lines.get(0).contains(expected), lines.get(0));
        assertTrue(!lines.get(0).contains("unexpectedly"), lines.get(0));
        assertEquals(code, result, lines.get(0));
        assertEquals(before, everything());
    }

    private Set<Path> everything() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /** A PNG of RGB pixels whose chunks are whole; its pixels are 8 bytes. */
    private static byte[] png(int side) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        DataOutputStream fields = new DataOutputStream(head);
        fields.writeInt(side);
        fields.writeInt(side);
        fields.write(new byte[] {8, 2, 0, 0, 0});
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        DataOutputStream png = new DataOutputStream(file);
        png.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
        chunk(png, "IHDR", head.toByteArray());
        chunk(png, "IDAT", new byte[8]);
        chunk(png, "IEND", new byte[0]);
        return file.toByteArray();
    }

    private static void chunk(DataOutputStream png, String type, byte[] content) throws IOException {
        png.writeInt(content.length);
        png.writeBytes(type);
        png.write(content);
        CRC32 check = new CRC32();
        check.update(type.getBytes(StandardCharsets.US_ASCII));
        check.update(content);
        png.writeInt((int) check.getValue());
    }
}
