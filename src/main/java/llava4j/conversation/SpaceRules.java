package llava4j.conversation;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Whether the rules of a {@code tokenizer.json} let a text be cut at a single space between two visible ASCII characters,
 * because no token reaches over one.
 *
 * <p>Three kinds do: byte-level vocabularies (GPT-2, Llama 3, Qwen, SmolLM), whose words bring the space before them; LLaMA's,
 * which write "▁" for it, provided that no token has "▁" after another character; and vocabularies of whole words. What one
 * would get wrong: these are rules that anyone may write anew, so whatever is not known here, a regular expression that differs
 * by one sign, counts as a rule under which nothing may be cut.
 */
final class SpaceRules {

    private static final String LOWER_BAR = "\u2581";
    private static final String AFTER_LETTERS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|";
    private static final String AFTER_NUMBERS = "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    /** Llama 3's and Qwen 2's. */
    private static final Set<String> WORDS_WITH_THEIR_SPACE = Set.of(AFTER_LETTERS + "\\p{N}{1,3}" + AFTER_NUMBERS,
            AFTER_LETTERS + "\\p{N}" + AFTER_NUMBERS);
    private static final Set<String> SPACES = Set.of("\\s+", "[^\\S\\n]+");

    private SpaceRules() {
    }

    /** Byte-level: each word is made of tokens for itself, with the space before it. */
    static boolean isByteLevel(JsonNode rules) {
        boolean asItIs = rules.path("normalizer").isEmpty() || kind(rules.path("normalizer")).equals("NFC");
        boolean words = false;
        for (JsonNode step : steps(rules.path("pre_tokenizer"), "pretokenizers")) {
            switch (kind(step)) {
                case "ByteLevel" -> words |= step.path("use_regex").asBoolean(true);
                case "Split" -> words |= step.path("behavior").asText().equals("Isolated")
                        && !step.path("invert").asBoolean() && WORDS_WITH_THEIR_SPACE.contains(regex(step));
                case "Digits" -> { }
                default -> asItIs = false;
            }
        }
        return asItIs && words && isPlainBytePair(rules.path("model"));
    }

    /**
     * Whether the tokens of a byte-level word stand at the same place of the word as they do of the text. A last step may take
     * the space off a token's place and yet leave it in front of a text, and every word that is cut off is a text.
     */
    static boolean keepsPlaces(JsonNode rules) {
        return Arrays.stream(steps(rules.path("post_processor"), "processors"))
                .filter(step -> Set.of("ByteLevel", "RobertaProcessing").contains(kind(step)))
                .noneMatch(step -> step.path("trim_offsets").asBoolean(true) && step.path("add_prefix_space").asBoolean(true));
    }

    /** LLaMA's: "▁" is put before the text and in the place of spaces, and begins every token that it is in. */
    static boolean writesBars(JsonNode rules) {
        JsonNode[] normalizer = steps(rules.path("normalizer"), "normalizers");
        JsonNode before = rules.path("pre_tokenizer");
        boolean byNormalizer = before.isEmpty() && normalizer.length == 2
                && kind(normalizer[0]).equals("Prepend") && normalizer[0].path("prepend").asText().equals(LOWER_BAR)
                && kind(normalizer[1]).equals("Replace") && normalizer[1].path("content").asText().equals(LOWER_BAR)
                && normalizer[1].path("pattern").path("String").asText().equals(" ");
        boolean byMetaspace = normalizer.length == 0 && kind(before).equals("Metaspace")
                && before.path("replacement").asText().equals(LOWER_BAR)
                && Set.of("first", "always").contains(before.path("prepend_scheme").asText());
        if (!(byNormalizer || byMetaspace) || !isPlainBytePair(rules.path("model"))
                || !rules.path("model").path("vocab").has(LOWER_BAR)) {
            return false;
        }
        boolean[] within = {false};
        rules.path("model").path("vocab").fieldNames().forEachRemaining(token -> {
            String rest = token.replaceFirst("^" + LOWER_BAR + "+", "");
            within[0] |= rest.contains(LOWER_BAR);
        });
        return !within[0];
    }

    /** The text is cut at its spaces before all else, and each piece is looked up. */
    static boolean hasWholeWords(JsonNode rules) {
        JsonNode[] steps = steps(rules.path("pre_tokenizer"), "pretokenizers");
        boolean asItIs = rules.path("normalizer").isEmpty() || kind(rules.path("normalizer")).equals("Lowercase");
        return asItIs && kind(rules.path("model")).equals("WordLevel") && steps.length > 0
                && (Set.of("Whitespace", "WhitespaceSplit").contains(kind(steps[0])) || kind(steps[0]).equals("Split")
                && steps[0].path("behavior").asText().equals("Removed") && !steps[0].path("invert").asBoolean()
                && SPACES.contains(regex(steps[0])))
                && Arrays.stream(steps).allMatch(step -> Set.of("Whitespace", "WhitespaceSplit", "Split", "Digits", "Punctuation")
                .contains(kind(step)));
    }

    /** With dropout the same word is cut up differently each time. */
    private static boolean isPlainBytePair(JsonNode model) {
        return TokenizerRules.isBytePair(model) && model.path("dropout").asDouble(0) == 0
                && model.path("continuing_subword_prefix").asText("").isEmpty()
                && model.path("end_of_word_suffix").asText("").isEmpty();
    }

    private static JsonNode[] steps(JsonNode node, String members) {
        if (node.isEmpty()) {
            return new JsonNode[0];
        }
        Stream.Builder<JsonNode> steps = Stream.builder();
        if (kind(node).equals("Sequence")) {
            node.path(members).forEach(steps);
        } else {
            steps.add(node);
        }
        return steps.build().toArray(JsonNode[]::new);
    }

    private static String kind(JsonNode step) {
        return step.path("type").asText("");
    }

    private static String regex(JsonNode split) {
        return split.path("pattern").path("Regex").asText();
    }
}
