package llava4j.conversation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Words that were met before")
class WordCacheTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String[] PIECES = {"a", "man", "The", "it's", "12", "3.5", ",", ".", "</s>", "<image>", "<s>", "<", "é",
        "e\u0301", "\u3042", "\u2581", "\ud83d\ude00", "\n", "\n\n", "\t", " ", " ", " ", " ", " ", "  ", "   ", "x<image>y",
        "USER:", "'s", "don't", "#", "aab", "ba", "\u00a0", "\u0130", "<IMAGE>", "ab ba"};
    /** Characters of which the vocabularies here are made. */
    private static final String MERGES = "[\"a b\", \"b a\", \"ab a\", \"\u2581 a\", \"\u0120 a\", \"\u0120a b\", \"m a\", \"\u2581 \u2581\"]";
    private static final String ADDED = "'added_tokens': [{'id': 500, 'content': '<image>', 'special': true, 'normalized': false, "
            + "'lstrip': %b, 'rstrip': %b, 'single_word': false}, {'id': 501, 'content': '</s>', 'special': true, "
            + "'normalized': %b, 'lstrip': false, 'rstrip': false, 'single_word': false}], ";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {
        "'normalizer': null, 'pre_tokenizer': {'type': 'ByteLevel', 'add_prefix_space': false, 'trim_offsets': true, 'use_regex': true}",
        "'normalizer': {'type': 'NFC'}, 'pre_tokenizer': {'type': 'ByteLevel', 'add_prefix_space': true, 'trim_offsets': true, "
                + "'use_regex': true}",
        "'normalizer': null, 'pre_tokenizer': {'type': 'Sequence', 'pretokenizers': [{'type': 'Digits', 'individual_digits': true}, "
                + "{'type': 'ByteLevel', 'add_prefix_space': false, 'trim_offsets': true, 'use_regex': true}]}",
        "'normalizer': null, 'pre_tokenizer': {'type': 'Sequence', 'pretokenizers': [{'type': 'Split', 'pattern': {'Regex': "
                + "'(?i:~s|~t|~re|~ve|~m|~ll|~d)|[^\\\\r\\\\n\\\\p{L}\\\\p{N}]?\\\\p{L}+|\\\\p{N}{1,3}| ?[^\\\\s\\\\p{L}\\\\p{N}]+"
                + "[\\\\r\\\\n]*|\\\\s*[\\\\r\\\\n]+|\\\\s+(?!\\\\S)|\\\\s+'}, 'behavior': 'Isolated', 'invert': false}, "
                + "{'type': 'ByteLevel', 'add_prefix_space': false, 'trim_offsets': true, 'use_regex': false}]}",
        "'normalizer': {'type': 'Sequence', 'normalizers': [{'type': 'Prepend', 'prepend': '\u2581'}, {'type': 'Replace', "
                + "'pattern': {'String': ' '}, 'content': '\u2581'}]}, 'pre_tokenizer': null",
        "'normalizer': null, 'pre_tokenizer': {'type': 'Metaspace', 'replacement': '\u2581', 'prepend_scheme': 'first', "
                + "'split': false}",
        "'normalizer': null, 'pre_tokenizer': {'type': 'Metaspace', 'replacement': '\u2581', 'prepend_scheme': 'always', "
                + "'split': true}"})
    @DisplayName("have the ids that the library gives for the whole text, with added tokens, runs of spaces and any script in it")
    void sameIds(String steps) throws IOException {
        Random random = new Random(5);
        for (int kind = 0; kind < 4; kind++) {
            String added = String.format(ADDED, kind == 1 || kind == 3, kind == 2 || kind == 3, kind > 1);
            JsonNode rules = rules(added + steps);
            try (Tokenizer tokenizer = tokenizer(rules)) {
                check(random, tokenizer, rules);
            }
        }
    }

    @Test
    @DisplayName("have the library's ids with the tiny world's vocabulary of whole words as well")
    void wholeWords() throws IOException {
        llava4j.pretrain.TinyVocabulary.write(folder, false, 256);
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            check(new Random(6), tokenizer, JSON.readTree(folder.resolve("tokenizer.json").toFile()));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"false | false | false", "true | false | false", "false | true | false",
        "false | false | true"})
    @DisplayName("have the library's ids and places with tokens that begin alike, end alike, hold one another or hold a line break")
    void betweenSpecialTokens(boolean strip, boolean singleWord, boolean normalized) throws IOException {
        String[] contents = {"<|im_start|>", "<|im_end|>", "<|im", "<|im_end|>\n", "|>", "<image>", "d|", "\u00e9", "man"};
        Random random = new Random(7);
        for (int kind = 0; kind < 4; kind++) {
            boolean prefix = kind % 2 == 1;
            ObjectNode rules = (ObjectNode) rules("'normalizer': {'type': 'NFC'}, 'pre_tokenizer': {'type': 'ByteLevel', "
                    + "'add_prefix_space': " + prefix + ", 'trim_offsets': true, 'use_regex': true}, 'post_processor': {'type': "
                    + "'ByteLevel', 'add_prefix_space': " + prefix + ", 'trim_offsets': " + (kind > 1)
                    + ", 'use_regex': true}");
            for (String content : contents) {
                boolean odd = content.equals("<image>");      // one token of another kind changes how all are found
                rules.withArray("added_tokens").addObject().put("id", 500 + rules.path("added_tokens").size())
                        .put("content", content).put("special", true).put("lstrip", strip && odd).put("rstrip", strip && odd)
                        .put("single_word", singleWord && odd).put("normalized", normalized && odd);
            }
            try (Tokenizer tokenizer = tokenizer(rules)) {
                String[] pieces = Stream.concat(Stream.of(contents), Stream.of(PIECES)).toArray(String[]::new);
                check(random, tokenizer, rules, pieces, 2000);
            }
        }
    }

    /** The tokens come from the library's way that is never cut. */
    private static void check(Random random, Tokenizer tokenizer, JsonNode rules) {
        check(random, tokenizer, rules, PIECES, 1500);
    }

    private static void check(Random random, Tokenizer tokenizer, JsonNode rules, String[] pieces, int texts) {
        WordCache cache = WordCache.of(rules, text -> ids(tokenizer, text), tokenizer::placedInWhole).orElseThrow();
        for (int i = 0; i < texts; i++) {
            StringBuilder text = new StringBuilder();
            IntStream.range(0, random.nextInt(12)).forEach(n -> text.append(pieces[random.nextInt(pieces.length)]));
            int[] whole = ids(tokenizer, text.toString());
            assertArrayEquals(whole, cache.encode(text.toString()), () -> "\"" + text + "\" by " + rules.toString().substring(0, 300));
            assertArrayEquals(whole, tokenizer.encode(text.toString(), false));
            Tokenizer.Placed placed = tokenizer.placed(text.toString());
            assertArrayEquals(whole, placed.ids());
            assertArrayEquals(tokenizer.placedInWhole(text.toString()).begins(), placed.begins(),
                    () -> "places in \"" + text + "\" by " + rules.toString().substring(0, 300));
        }
    }

    private static int[] ids(Tokenizer tokenizer, String text) {
        return tokenizer.wholeText(text);
    }

    @Test
    @DisplayName("go to the library once")
    void once() throws IOException {
        JsonNode rules = rules("'normalizer': null, 'pre_tokenizer': {'type': 'ByteLevel', 'use_regex': true}");
        List<String> asked = new java.util.ArrayList<>();
        WordCache cache = WordCache.of(rules, text -> {
            asked.add(text);
            return new int[] {text.length()};
        }, text -> null).orElseThrow();
        assertArrayEquals(new int[] {1, 4, 7}, cache.encode("a man man  b"));
        assertEquals(List.of("a", " man", " man  b"), asked);
        cache.encode("a man");
        assertEquals(3, asked.size());
    }

    @Test
    @DisplayName("go to the library once with special tokens on either side, too")
    void onceBetweenSpecialTokens() throws IOException {
        JsonNode rules = rules("'added_tokens': [{'id': 500, 'content': '<end>', 'special': true, 'normalized': false, 'lstrip': "
                + "false, 'rstrip': false, 'single_word': false}], 'normalizer': null, 'pre_tokenizer': {'type': 'ByteLevel'}");
        List<String> asked = new java.util.ArrayList<>();
        WordCache cache = WordCache.of(rules, text -> {
            asked.add(text);
            return new int[] {text.length()};
        }, text -> null).orElseThrow();
        assertArrayEquals(new int[] {1, 4, 5, 5, 1, 5, 4, 4}, cache.encode("a man<end><end>\n<end> man man"));
        assertEquals(List.of("a", " man", "<end>", "\n"), asked);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "'normalizer': {'type': 'NFKC'}, 'pre_tokenizer': {'type': 'ByteLevel'}",
        "'normalizer': null, 'pre_tokenizer': null",
        "'normalizer': null, 'pre_tokenizer': {'type': 'Split', 'pattern': {'Regex': 'a b'}, 'behavior': 'Isolated'}",
        "'normalizer': null, 'pre_tokenizer': {'type': 'Metaspace', 'replacement': '\u2581', 'prepend_scheme': 'never'}",
        "'added_tokens': [{'id': 500, 'content': 'a b'}], 'normalizer': null, 'pre_tokenizer': {'type': 'ByteLevel'}"})
    @DisplayName("are not kept where the rules do not say for certain that no token reaches over a space")
    void otherRules(String steps) throws IOException {
        assertTrue(WordCache.of(rules(steps), text -> new int[0], text -> null).isEmpty());
    }

    @Test
    @DisplayName("are not kept where a token of LLaMA's kind holds a space in its middle")
    void aTokenOfTwoWords() throws IOException {
        JsonNode rules = rules("'normalizer': null, 'pre_tokenizer': {'type': 'Metaspace', 'replacement': '\u2581', "
                + "'prepend_scheme': 'first'}");
        assertTrue(WordCache.of(rules, text -> new int[0], text -> null).isPresent());
        ((ObjectNode) rules.path("model").path("vocab")).put("a\u2581b", 400);
        assertTrue(WordCache.of(rules, text -> new int[0], text -> null).isEmpty());
    }

    private static JsonNode rules(String steps) throws IOException {
        ObjectNode rules = (ObjectNode) JSON.readTree(("{" + steps + "}").replace("'", "\"").replace("~", "'"));
        ObjectNode model = rules.putObject("model").put("type", "BPE").put("unk_token", "?");
        ObjectNode vocabulary = model.putObject("vocab");
        // Every byte as byte-level vocabularies write it, and the characters themselves
        IntStream.concat(IntStream.rangeClosed(0x21, 0x7e), IntStream.rangeClosed(0xa1, 0x143)).forEach(point ->
                vocabulary.put(Character.toString(point), vocabulary.size()));
        vocabulary.put("\u2581", vocabulary.size());
        model.set("merges", JSON.readTree(MERGES));
        Stream.of("ab", "ba", "aba", "\u2581a", "\u0120a", "\u0120ab", "ma", "\u2581\u2581")
                .forEach(token -> vocabulary.put(token, vocabulary.size()));
        return rules;
    }

    private Tokenizer tokenizer(JsonNode rules) throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), rules.toString());
        return Tokenizer.open(folder);
    }
}
