package llava4j.conversation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import llava4j.Fixtures;
import llava4j.error.UserError;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The tokenizer")
class TokenizerTest {

    private static final String WORDS = """
            {"model": {"type": "WordLevel", "unk_token": "<unk>", "vocab": {"<unk>": 0, "Yes": 1, ",": 2, "it": 3, "'s": 4, ".": 5}},
             "pre_tokenizer": {"type": "WhitespaceSplit"}, "decoder": null, "added_tokens": []}""";

    @TempDir
    private Path folder;

    static Stream<JsonNode> encoded() {
        return StreamSupport.stream(Fixtures.json("tokenizer/examples.json").get("encode").spliterator(), false);
    }

    static Stream<JsonNode> decoded() {
        return StreamSupport.stream(Fixtures.json("tokenizer/examples.json").get("decode").spliterator(), false);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("encoded")
    @DisplayName("gives the ids, tokens and texts that transformers gives")
    void encodesAndDecodes(JsonNode example) {
        try (Tokenizer tokenizer = Tokenizer.open(Fixtures.path("tokenizer"))) {
            String text = example.get("text").asText();
            boolean specials = example.get("add_special_tokens").asBoolean();
            int[] ids = Fixtures.ints(example.get("ids"));
            assertArrayEquals(ids, tokenizer.encode(text, specials));
            List<String> tokens = new ArrayList<>();
            example.get("tokens").forEach(token -> tokens.add(token.asText()));
            assertEquals(tokens, List.of(tokenizer.tokens(text, specials)));
            assertEquals(example.get("decoded").asText(), tokenizer.decode(ids, false));
            assertEquals(example.get("decoded_skip_special").asText(), tokenizer.decode(ids, true));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("decoded")
    @DisplayName("decodes any ids as transformers does, halves of characters too")
    void decodes(JsonNode example) {
        try (Tokenizer tokenizer = Tokenizer.open(Fixtures.path("tokenizer"))) {
            int[] ids = Fixtures.ints(example.get("ids"));
            assertEquals(example.get("decoded").asText(), tokenizer.decode(ids, false));
            assertEquals(example.get("decoded_skip_special").asText(), tokenizer.decode(ids, true));
        }
    }

    @Test
    @DisplayName("takes ids that no token has for nothing")
    void idsOutsideTheVocabularyAreNothing() {
        try (Tokenizer tokenizer = Tokenizer.open(Fixtures.path("tokenizer"))) {
            assertEquals("", tokenizer.decode(new int[] {-1, 1_000_000, Integer.MIN_VALUE, Integer.MAX_VALUE}, false));
        }
    }

    @Test
    @DisplayName("knows <image>, and says so where there is none")
    void specialTokens() {
        try (Tokenizer tokenizer = Tokenizer.open(Fixtures.path("llava_linear"));
             Tokenizer blind = Tokenizer.open(Fixtures.path("clip"))) {
            assertEquals(64, tokenizer.idOf("<image>"));
            assertEquals("</s>", tokenizer.endText());
            UserError error = assertThrows(UserError.class, () -> blind.idOf("<image>"));
            assertTrue(error.getMessage().contains("no special token <image>"), error.getMessage());
        }
    }

    @Test
    @DisplayName("takes spaces off before punctuation if the settings say so, but never for byte-pair vocabularies")
    void cleanUpTokenizationSpaces() throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), WORDS);
        assertEquals("Yes , it 's .", thereAndBack("Yes , it 's ."));
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"clean_up_tokenization_spaces\": true}");
        assertEquals("Yes, it's.", thereAndBack("Yes , it 's ."));
        Files.copy(Fixtures.path("tokenizer/tokenizer.json"), folder.resolve("tokenizer.json"),
                StandardCopyOption.REPLACE_EXISTING);
        assertEquals("Yes , it 's .", thereAndBack("Yes , it 's ."));
    }

    private String thereAndBack(String text) {
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            return tokenizer.decode(tokenizer.encode(text, false), true);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "[]", "{\"model\":", "{\"model\": {\"type\": \"XYZ\"}}", "{\"added_tokens\": 5}",
        "{\"model\": {\"type\": \"WordLevel\", \"vocab\": {\"a\": -1}, \"unk_token\": \"a\"}}",
        "{\"model\": {\"type\": \"WordLevel\", \"vocab\": {\"a\": 0}, \"unk_token\": \"b\"}}",
        "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 4000000000}, \"merges\": []}}"})
    @DisplayName("refuses a tokenizer.json that cannot be used, in one line that names it")
    void unusableFilesAreRefused(String rules) throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), rules);
        UserError error = assertThrows(UserError.class, () -> {
            try (Tokenizer tokenizer = Tokenizer.open(folder)) {
                tokenizer.encode("a z", true);
            }
        });
        assertTrue(error.getMessage().startsWith(folder.resolve("tokenizer.json").toString()), error.getMessage());
        assertEquals(1, error.getMessage().lines().count());
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', value = {
        "normalizer     | {'type': 'Precompiled'}                           | the kind \"Precompiled\" is not supported",
        "normalizer     | {'type': 'Sequence', 'normalizers': [{}]}         | the kind (none) is not supported",
        "decoder        | {'type': 'Strip', 'content': ' ', 'start': 1e400} | \"Infinity\" should be a whole number",
        "decoder        | {'type': 'Replace', 'pattern': {'String': 1e400}} | \"Infinity\" should be a whole number",
        "decoder        | {'type': 'Strip', 'content': ' ', 'start': 0, 'stop': 1} | Strip at the end of a token is not",
        "model          | {'type': 'BPE', 'continuing_subword_prefix': '##'}| continuing_subword_prefix is not supported",
        "normalizer     | {'type': 'Replace', 'pattern': {'String': ''}, 'content': 'x'}    | would replace the empty text",
        "normalizer     | {'type': 'Replace', 'pattern': {'Regex': 'x*'}, 'content': 'y'}   | would replace the empty text",
        "normalizer     | {'type': 'Sequence', 'normalizers': [{'type': 'Replace', 'pattern': {'Regex': '(.)'}, 'content': 'aaaaaaaa'},"
            + "{'type': 'Replace', 'pattern': {'Regex': '(.)'}, 'content': 'aaaaaaaaaaaaaaaa'}]} | up to 128 characters in the place",
        "pre_tokenizer  | {'type': 'Split', 'pattern': {'Regex': '(a+)+$'}} | repeats a group that holds a repetition",
        "post_processor | {'type': 'TemplateProcessing', 'single': [{'Sequence': {'id': 'C', 'type_id': 0}}]} | neither a text",
        "post_processor | {'type': 'TemplateProcessing', 'special_tokens': {'<s>': {'ids': [1], 'tokens': []}}} | as many ids",
        "post_processor | {'type': 'TemplateProcessing', 'single': [{'SpecialToken': {'id': '<s>'}}]} | \"<s>\" is used but"})
    @DisplayName("refuses what its native library would end the process on")
    void whatTheNativeLibraryDoesNotSurvive(String step, String rules, String expected) throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), ("{'" + step + "': " + rules + "}").replace('\'', '"'));
        UserError error = assertThrows(UserError.class, () -> Tokenizer.open(folder));
        assertTrue(error.getMessage().contains(": not a usable tokenizer: " + step + ": "), error.getMessage());
        assertTrue(error.getMessage().contains(expected), error.getMessage());
    }

    @Test
    @DisplayName("refuses a step that puts a million characters before every text")
    void longInsertions() throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"),
                "{\"normalizer\": {\"type\": \"Prepend\", \"prepend\": \"" + "x".repeat(1_000_000) + "\"}}");
        UserError error = assertThrows(UserError.class, () -> Tokenizer.open(folder));
        assertTrue(error.getMessage().contains("has 1000000 characters"), error.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"'bos_token': 5", "'eos_token': ['</s>']", "'eos_token': {'text': '</s>'}",
        "'clean_up_tokenization_spaces': 'yes'"})
    @DisplayName("refuses settings of another type in tokenizer_config.json, rather than take them for missing")
    void settingsOfAnotherType(String setting) throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), WORDS);
        Files.writeString(folder.resolve("tokenizer_config.json"), "{" + setting.replace('\'', '"') + "}");
        String message = assertThrows(UserError.class, () -> Tokenizer.open(folder)).getMessage();
        assertTrue(message.startsWith(folder.resolve("tokenizer_config.json") + ": " + setting.split("'")[1] + " is "), message);
    }

    @Test
    @DisplayName("does not wait for ever for a call that never comes back")
    void callsThatHang() {
        CountDownLatch never = new CountDownLatch(1);
        assertThrows(TimeoutException.class, () -> TimeLimit.of(1, () -> {
            never.await();
            return null;
        }));
    }

    @ParameterizedTest
    @ValueSource(strings = {"(a+)+$", "(?:a|aa)*b", "((a*)b)*", "([a-z]+){20}", "(x{2,})+", "(\\p{L}+ ?)+"})
    @DisplayName("tells a regular expression that can take for ever from its text")
    void exponentialExpressions(String regex) {
        assertTrue(RegexRisk.exponential(regex));
    }

    @ParameterizedTest
    @ValueSource(strings = {"'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
        "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+",
        "<\\|startoftext\\|>|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+", " ?[^(\\s|[.,!?…。，、।۔،])]+", "\\s+", "[(a+)+]"})
    @DisplayName("takes the regular expressions of published vocabularies")
    void publishedExpressions(String regex) {
        assertFalse(RegexRisk.exponential(regex));
    }

    @Test
    @DisplayName("names the words that a closed vocabulary does not have, and known ones spelt almost alike")
    void unknownWords() throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), """
                {"model": {"type": "WordLevel", "unk_token": "<unk>", "vocab": {"<unk>": 0, "circle": 1, "a": 2}},
                 "pre_tokenizer": {"type": "WhitespaceSplit"}}""");
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            assertEquals(List.of(), tokenizer.unknownWords("a circle"));
            String notice = UnknownWords.notice(tokenizer, "a 😀 circel <unk> zebra", WordGuide.NONE).orElseThrow();
            assertEquals("\"😀\", \"circel\" (known: circle), \"zebra\" are not among the 3 words this model knows, and read as <unk>",
                    notice);
            assertEquals("\"Zebras\" (known: circle) is not among the 3 words this model knows, and read as <unk>; it knows shapes",
                    UnknownWords.notice(tokenizer, "Zebras", new WordGuide(Map.of("zebra", "circle"), "shapes")).orElseThrow());
        }
    }

    @Test
    @DisplayName("shows an answer as it comes: each piece once, and no character before it is whole")
    void streamsWholeCharacters() {
        try (Tokenizer tokenizer = Tokenizer.open(Fixtures.path("tokenizer"))) {
            String text = "the red 日本 😀 ball";
            List<String> pieces = new ArrayList<>();
            StreamedText streamed = new StreamedText(tokenizer, "", pieces::add);
            IntStream.of(tokenizer.encode(text, false)).forEach(streamed::add);
            assertEquals(text, streamed.finish());
            assertEquals(text, String.join("", pieces));
            assertTrue(pieces.size() > 5 && pieces.stream().noneMatch(piece -> piece.contains("\uFFFD")), pieces.toString());
            assertTrue(pieces.stream().anyMatch(piece -> piece.endsWith("日")), pieces.toString());
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(value = {"a b ## # c ### d e|a b ## # c", "a # b|a # b", "a b ##|a b ##", "a ###|a", "### a|''"}, delimiter = '|')
    @DisplayName("shows no part of a stop text that spans several tokens, and all of what only begins like one")
    void holdsBackTheStopText(String text, String answer) throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), """
                {"model": {"type": "BPE", "vocab": {"#": 0, " ": 1, "a": 2, "b": 3, "c": 4, "d": 5, "e": 6}, "merges": []},
                 "decoder": {"type": "Fuse"}}""");
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            List<String> pieces = new ArrayList<>();
            StreamedText streamed = new StreamedText(tokenizer, "###", pieces::add);
            for (int id : tokenizer.encode(text, false)) {
                streamed.add(id);
                assertTrue(answer.startsWith(String.join("", pieces)), pieces.toString());
                if (streamed.ended()) {
                    break;
                }
            }
            assertEquals(text.contains("###"), streamed.ended());
            assertEquals(answer, streamed.finish());
            assertEquals(answer, String.join("", pieces));
        }
    }
}
