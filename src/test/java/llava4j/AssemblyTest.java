package llava4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import llava4j.checkpoint.ExpectedTensors;
import llava4j.checkpoint.ModelDirectoryWriter;
import llava4j.checkpoint.Safetensors;
import llava4j.conversation.Template;
import llava4j.error.UserError;
import llava4j.language.DecoderConfig;
import llava4j.model.Design;
import llava4j.model.LlavaConfig;
import llava4j.train.Stage;
import llava4j.support.TinyModel;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A language model whose vocabulary of 340 tokens has no {@code <image>}, in bfloat16, and the tiny world's CLIP. */
@DisplayName("A LLaVA assembled from a language model and a CLIP")
class AssemblyTest {

    private static final int TOKENS = 340;
    private static final Path CLIP = Path.of("tiny-data/pretrained/clip");
    private static final String EMBEDDING = "language_model.model.embed_tokens.weight";

    @TempDir
    Path folder;

    private Path language(int rows, boolean tied) throws IOException {
        Path directory = folder.resolve("language");
        DecoderConfig sizes = TinyModel.DECODER.withVocabularySize(rows).withHeadSize(2).withTiedEmbeddings(tied);
        LlavaConfig config = LlavaConfig.of(sizes);
        Map<String, INDArray> weights = new LinkedHashMap<>();
        TinyModel.random(ExpectedTensors.of(config), 3).forEach((name, array) -> weights.put(name, array.castTo(DataType.BFLOAT16)));
        ModelDirectoryWriter.write(directory, config, weights, Map.of(), Fixtures.path("chat/chatml"));
        ObjectMapper json = new ObjectMapper();
        Path rules = directory.resolve("tokenizer.json");
        ObjectNode tokenizer = (ObjectNode) json.readTree(rules.toFile());
        ((ArrayNode) tokenizer.get("added_tokens")).remove(tokenizer.get("added_tokens").size() - 1);     // <image>
        json.writeValue(rules.toFile(), tokenizer);
        return directory;
    }

    private LlavaConfig assemble(Path language, Optional<Template> template) {
        return Assembly.write(language, CLIP, folder.resolve("out"), Design.PAPER, template, 0);
    }

    private static Map<String, INDArray> tensors(Path directory) {
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        try (Safetensors file = Safetensors.open(directory.resolve("model.safetensors"))) {
            file.names().forEach(name -> tensors.put(name, file.get(name)));
        }
        return tensors;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("has rows for <image> and <pad>, the mean of the old ones rounded to 16 bits, in embeddings and head")
    void newRows(boolean tied) throws IOException {
        Path language = language(TOKENS, tied);
        LlavaConfig config = assemble(language, Optional.empty());
        assertEquals(List.of(TOKENS, TOKENS + 1, TOKENS + 2),
                List.of(config.imageTokenId(), config.padTokenId(), config.decoder().vocabularySize()));
        Map<String, INDArray> before = tensors(language);
        Map<String, INDArray> after = tensors(folder.resolve("out"));
        assertEquals(!tied, after.containsKey("language_model.lm_head.weight"));
        for (String table : tied ? List.of("model.embed_tokens.weight") : List.of("model.embed_tokens.weight", "lm_head.weight")) {
            INDArray old = before.get(table);
            INDArray grown = after.get("language_model." + table);
            for (int column = 0; column < old.size(1); column++) {
                double sum = 0;
                for (int row = 0; row < TOKENS; row++) {
                    assertEquals(old.getFloat(row, column), grown.getFloat(row, column));
                    sum += old.getFloat(row, column);
                }
                float mean = nearest(DataType.BFLOAT16, (float) (sum / TOKENS));
                assertEquals(mean, grown.getFloat(TOKENS, column));
                assertEquals(mean, grown.getFloat(TOKENS + 1, column));
            }
        }
    }

    @Test
    @DisplayName("keeps every weight's number and number format, vectors' too; W alone is new")
    void formats() throws IOException {
        Path language = language(TOKENS, true);
        assemble(language, Optional.empty());
        try (Safetensors file = Safetensors.open(folder.resolve("out/model.safetensors"))) {
            for (String name : file.names()) {
                assertEquals(name.startsWith("language_model.") ? "BF16" : "F32", file.type(name), name);
            }
        }
        Map<String, INDArray> made = tensors(folder.resolve("out"));
        tensors(language).forEach((name, array) -> {
            if (!name.contains("embed_tokens")) {
                assertEquals(array, made.get("language_model." + name), name);
            }
        });
        tensors(CLIP).forEach((name, array) -> {
            if (name.startsWith("vision_model.")) {
                assertEquals(array, made.get("vision_tower." + name), name);
            }
        });
    }

    @Test
    @DisplayName("keeps them too when it is saved after stage 1")
    void savedFormats() throws IOException {
        assemble(language(TOKENS, true), Optional.empty());
        Llava.open(folder.resolve("out"), Optional.empty(), Stage.FEATURE_ALIGNMENT.trained().negate())
                .save(folder.resolve("saved"));
        try (Safetensors before = Safetensors.open(folder.resolve("out/model.safetensors"));
                Safetensors after = Safetensors.open(folder.resolve("saved/model.safetensors"))) {
            assertEquals(before.names(), after.names());
            for (String name : before.names()) {
                assertEquals(before.type(name), after.type(name), name);
            }
        }
    }

    @Test
    @DisplayName("opens, converses in its language model's template, and shows a picture")
    void opens() throws IOException {
        assemble(language(TOKENS, true), Optional.empty());
        Llava llava = Llava.open(folder.resolve("out"), Optional.empty(), name -> true);
        assertEquals(Template.CHATML, llava.template());
        assertEquals(TOKENS, llava.tokenizer().idOf("<image>"));
        assertEquals(List.of(2), llava.config().eosTokenIds());
        assertEquals(9, llava.imageFeaturesOf(List.of(Path.of("tiny-data/held-out/images/000002.png"))).size(0));
    }

    @Test
    @DisplayName("has no new rows where the tables have some to spare; the id still follows the last token")
    void spareRows() throws IOException {
        LlavaConfig config = assemble(language(352, false), Optional.empty());
        assertEquals(List.of(TOKENS, 352), List.of(config.imageTokenId(), config.decoder().vocabularySize()));
        assertEquals(352, tensors(folder.resolve("out")).get(EMBEDDING).size(0));
    }

    @Test
    @DisplayName("is refused before anything is written: wrong parts, a layer that is not there, a template without its tokens")
    void refused() throws IOException {
        Path language = language(TOKENS, true);
        Path out = folder.resolve("out");
        refused("need a language model", () -> Assembly.write(CLIP, CLIP, out, Design.PAPER, Optional.empty(), 0));
        refused("--feature-layer -9", () -> Assembly.write(language, CLIP, out, new Design(-9, "linear", 0), Optional.empty(), 0));
        refused("<|eot_id|>", () -> assemble(language, Optional.of(Template.LLAMA3)));
        refused("choose another --out", () -> Assembly.write(language, CLIP, language, Design.PAPER, Optional.empty(), 0));
        Files.delete(language.resolve("tokenizer.json"));
        Files.writeString(language.resolve("vocab.json"), "{}");
        refused("save_pretrained", () -> assemble(language, Optional.empty()));
        assertFalse(Files.exists(out));
    }

    private static void refused(String part, Runnable call) {
        String message = assertThrows(UserError.class, call::run).getMessage();
        assertTrue(message.contains(part), message);
    }

    @Test
    @DisplayName("rounds to the nearest 16-bit number, to the even one of two as near")
    void nearest() {
        assertEquals(1 + 0x1p-7f, cast(DataType.BFLOAT16, 1 + 0x1.8p-8f));
        assertEquals(1f, cast(DataType.BFLOAT16, 1 + 0x1p-8f));
        assertEquals(1 + 0x1p-6f, cast(DataType.BFLOAT16, 1 + 3 * 0x1p-8f));
        assertEquals(-0x1p-24f, cast(DataType.HALF, -0x1.2p-24f));
        assertEquals(1 + 0x1p-10f, cast(DataType.HALF, 1 + 0x1.8p-11f));
        for (DataType type : List.of(DataType.BFLOAT16, DataType.HALF)) {
            for (INDArray any : List.of(Nd4j.randn(DataType.FLOAT, 5000), Nd4j.randn(DataType.FLOAT, 5000).muli(1e-6))) {
                for (float value : any.toFloatVector()) {
                    assertEquals(nearest(type, value), cast(type, value));
                }
            }
        }
    }

    /** What GrownVocabulary does. */
    private static float cast(DataType type, float value) {
        return Nd4j.createFromArray(value).castTo(type).castTo(DataType.FLOAT).getFloat(0);
    }

    /** The nearest number that a format of 16 bits has, of two as near the one whose last bit is 0. */
    private static float nearest(DataType type, float value) {
        if (type == DataType.HALF && Math.abs(value) < 0x1p-14f) {
            return (float) Math.rint(value * 0x1p24) * 0x1p-24f;                                  // subnormal: steps of 2^-24
        }
        int dropped = type == DataType.HALF ? 13 : 16;
        int bits = Float.floatToRawIntBits(value);
        bits += (1 << dropped - 1) - 1 + (bits >>> dropped & 1);
        return Float.intBitsToFloat(bits & -(1 << dropped));
    }
}
