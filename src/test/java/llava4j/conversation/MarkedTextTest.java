package llava4j.conversation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import llava4j.Fixtures;
import llava4j.error.UserError;
import llava4j.model.LlavaConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A text with <image> in it")
class MarkedTextTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final LlavaConfig CONFIG = Fixtures.model("llava_linear").llava();
    private static final String FIXTURE = "llava_linear/tokenizer.json";
    private static final List<String> TEXTS = List.of("USER: <image>\nWhat is in the picture? ASSISTANT:", "<image>",
            "<image><image> a box", "the box?<image>", "", "a <pad> b");

    @TempDir
    private Path folder;
    private JsonNode removed;

    /** The vocabulary as a language model has it, before LLaVA's tokens were added. */
    @BeforeEach
    void dropImageAndPad() throws IOException {
        ObjectNode rules = (ObjectNode) Fixtures.json(FIXTURE);
        removed = rules.get("added_tokens").deepCopy();
        ((ArrayNode) rules.get("added_tokens")).remove(4);
        ((ArrayNode) rules.get("added_tokens")).remove(3);
        JSON.writeValue(folder.resolve("tokenizer.json").toFile(), rules);
    }

    @Test
    @DisplayName("reads the same whether tokenizer.json or added_tokens_decoder adds <image> to the vocabulary")
    void tokensOfTheDecoder() throws IOException {
        ObjectNode settings = JSON.createObjectNode();
        ObjectNode decoder = settings.putObject("added_tokens_decoder");
        for (JsonNode token : removed) {
            ObjectNode entry = token.deepCopy();
            entry.remove("id");
            decoder.set(token.get("id").asText(), entry);
        }
        JSON.writeValue(folder.resolve("tokenizer_config.json").toFile(), settings);
        try (Tokenizer whole = Tokenizer.open(Fixtures.path("llava_linear")); Tokenizer parts = Tokenizer.open(folder)) {
            for (String text : TEXTS) {
                assertArrayEquals(whole.encode(text, true), parts.encode(text, true), text);
            }
            assertEquals(CONFIG.imageTokenId(), parts.idOf("<image>"));
        }
    }

    @Test
    @DisplayName("has a token for <image> if added_tokens.json gives it one")
    void tokensOfTheList() throws IOException {
        Files.writeString(folder.resolve("added_tokens.json"), "{\"<pad>\": 65, \"<image>\": 64}");
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            MarkedText text = MarkedText.of(tokenizer, CONFIG);
            assertEquals(1, IntStream.of(text.encode("a <image>\nbox", true)).filter(id -> id == 64).count());
            // As in transformers, such a token is sought after the space is put before it
            UserError error = assertThrows(UserError.class, () -> text.encode("a<image>b", true));
            assertTrue(error.getMessage().contains("the text has 1 <image>, but 0 come out"), error.getMessage());
        }
    }

    /** What transformers 5.24's AutoTokenizer gives for the same directories. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {
        "added_tokens.json | 1 39 64 43       | 1 39 0 25 27 17 23 21 0 18 | 1 39 64 0 18",
        "none of the flags | 1 39 37 64 37 43 | 1 39 64 43                 | 1 39 37 64 37 0 18",
        "lstrip            | 1 39 64 37 43    | 1 39 64 43                 | 1 39 64 37 0 18",
        "rstrip            | 1 39 37 64 43    | 1 39 64 43                 | 1 39 37 64 43",
        "lstrip rstrip     | 1 39 64 43       | 1 39 64 43                 | 1 39 64 43",
        "normalized        | 1 39 64 43       | 1 39 0 25 27 17 23 21 0 18 | 1 39 64 0 18",
        "single_word       | 1 39 37 64 37 43 | 1 39 0 25 27 17 23 21 0 18 | 1 39 37 64 37 0 18"})
    @DisplayName("has the spaces beside <image> that its flags say; in added_tokens.json, which has none, it is normalized")
    void flags(String flags, String spaced, String joined, String broken) throws IOException {
        if (flags.equals("added_tokens.json")) {
            Files.writeString(folder.resolve("added_tokens.json"), "{\"<pad>\": 65, \"<image>\": 64}");
        } else {
            ObjectNode token = JSON.createObjectNode().put("content", "<image>").put("special", true).put("normalized", false);
            Stream.of(flags.split(" ")).filter(flag -> !flags.startsWith("none")).forEach(flag -> token.put(flag, true));
            ObjectNode settings = JSON.createObjectNode();
            settings.putObject("added_tokens_decoder").set("64", token);
            JSON.writeValue(folder.resolve("tokenizer_config.json").toFile(), settings);
        }
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            assertEquals(List.of(spaced, joined, broken), Stream.of("a <image> b", "a<image>b", "a <image>\nb")
                    .map(text -> IntStream.of(tokenizer.encode(text, true)).mapToObj(String::valueOf)
                            .collect(Collectors.joining(" "))).toList());
        }
    }

    @Test
    @DisplayName("is refused if two files give <image> different ids")
    void contradictingIds() throws IOException {
        Files.writeString(folder.resolve("added_tokens.json"), "{\"<image>\": 70}");
        UserError error = assertThrows(UserError.class, () -> Tokenizer.open(folder));
        assertTrue(error.getMessage().contains("the token <image> has id 70 there, but " + folder.resolve("tokenizer.json")
                + " gives it id 64"), error.getMessage());
    }

    @Test
    @DisplayName("is refused before anything is computed if <image> is no token, another one, or one without an embedding")
    void theTokenizerMustFitTheModel() throws IOException {
        refused(CONFIG, folder, "<image> is not a single token of this tokenizer");
        refused(withImage(63), Fixtures.path("llava_linear"), "<image> is token 64, but image_token_index in config.json is 63");
        LlavaConfig small = with(CONFIG.imageTokenId(), 60, CONFIG.eosTokenIds());
        refused(small, Fixtures.path("llava_linear"), "<image> is token 64, but the model's embedding has 60 rows");
        refused(with(CONFIG.imageTokenId(), 69, List.of(5)), Fixtures.path("llava_linear"), "no answer would end");
    }

    @Test
    @DisplayName("is refused if it has a token for which the model has no embedding")
    void tokensPastTheEmbedding() {
        try (Tokenizer tokenizer = Tokenizer.open(Fixtures.path("llava_linear"))) {
            MarkedText text = MarkedText.of(tokenizer, with(64, 65, CONFIG.eosTokenIds()));
            assertArrayEquals(tokenizer.encode("a <image>", true), text.encode("a <image>", true));
            UserError error = assertThrows(UserError.class, () -> text.encode("a <pad>", true));
            assertTrue(error.getMessage().contains("<pad>, id 65, but the model's embedding has 65 rows"), error.getMessage());
        }
    }

    @Test
    @DisplayName("is cut at <image> in the original layout, its pieces read apart and begun once, as tokenizer_image_token does")
    void theOriginalLayoutCuts() {
        LlavaConfig original = withImage(LlavaConfig.IMAGE_TOKEN_INDEX);
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            MarkedText text = MarkedText.of(tokenizer, original);
            JsonNode reference = Fixtures.json("llava_linear/reference.json");
            for (int i = 0; i < 2; i++) {
                // The reference's ids, with one -200 for each picture's run of image tokens
                int[] ids = Fixtures.ints(reference.at("/generate/" + i + "/input_ids"));
                int[] expected = IntStream.range(0, ids.length).filter(at -> ids[at] != 64 || ids[at - 1] != 64)
                        .map(at -> ids[at] == 64 ? LlavaConfig.IMAGE_TOKEN_INDEX : ids[at]).toArray();
                assertArrayEquals(expected, text.encode(reference.at("/prompts/" + i).asText(), true));
            }
            assertArrayEquals(new int[] {1, -200, -200}, text.encode("<image><image>", true));
            assertArrayEquals(new int[] {-200}, text.encode("<image>", false));
        }
    }

    private static void refused(LlavaConfig config, Path directory, String expected) {
        try (Tokenizer tokenizer = Tokenizer.open(directory)) {
            UserError error = assertThrows(UserError.class, () -> MarkedText.of(tokenizer, config));
            assertTrue(error.getMessage().contains(expected), error.getMessage());
        }
    }

    private static LlavaConfig withImage(int id) {
        return with(id, CONFIG.decoder().vocabularySize(), CONFIG.eosTokenIds());
    }

    private static LlavaConfig with(int image, int rows, List<Integer> ends) {
        return CONFIG.withVocabularySize(rows).withImageTokenId(image).withEosTokenIds(ends);
    }
}
