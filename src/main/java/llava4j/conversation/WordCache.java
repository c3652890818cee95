package llava4j.conversation;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;
import llava4j.conversation.Tokenizer.Placed;

/**
 * Token ids of words that were met before: a text is cut at its spaces, and only new words go to the native library.
 *
 * <p>The library takes a second for a megabyte, and the texts of a data set have the same few thousand words over and over.
 * What one would get wrong: a text may not be cut at just any space. It is cut at a single one between two visible ASCII
 * characters, for three kinds of rules, in which no token reaches over such a space: byte-level vocabularies (GPT-2, Llama 3,
 * Qwen, SmolLM), whose words bring the space before them; LLaMA's, which write "▁" for it, provided that no token has "▁" after
 * another character; and vocabularies of whole words. A word with the beginning of an added token in it ({@code <image>}) stays
 * with its neighbours, since such a token may swallow the space beside it. With any other rules nothing is cut.
 */
final class WordCache {

    private static final int MOST_WORDS = 200_000;
    private static final int LONGEST_WORD = 40;
    private static final String LOWER_BAR = "\u2581";
    private static final String AFTER_LETTERS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|";
    private static final String AFTER_NUMBERS = "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    /** Llama 3's and Qwen 2's. */
    private static final Set<String> WORDS_WITH_THEIR_SPACE = Set.of(AFTER_LETTERS + "\\p{N}{1,3}" + AFTER_NUMBERS,
            AFTER_LETTERS + "\\p{N}" + AFTER_NUMBERS);
    private static final Set<String> SPACES = Set.of("\\s+", "[^\\S\\n]+");

    private final boolean keepsSpace;
    private final String beginnings;
    private final Function<String, int[]> library;
    private final Function<String, List<Placed>> places;
    private final Map<String, int[]> known = new ConcurrentHashMap<>();
    private final Map<String, List<Placed>> knownPlaces = new ConcurrentHashMap<>();

    private WordCache(boolean keepsSpace, String beginnings, Function<String, int[]> library,
                      Function<String, List<Placed>> places) {
        this.keepsSpace = keepsSpace;
        this.beginnings = beginnings;
        this.library = library;
        this.places = places;
    }

    /**
     * {@return a cache for a tokenizer, or nothing if its rules do not let texts be cut}
     *
     * @param rules   the content of tokenizer.json
     * @param library gives the ids of any text, without the tokens that begin and end every text
     * @param places  gives the same tokens with their places in the text
     */
    static Optional<WordCache> of(JsonNode rules, Function<String, int[]> library, Function<String, List<Placed>> places) {
        StringBuilder beginnings = new StringBuilder();
        for (JsonNode token : rules.path("added_tokens")) {
            String content = token.path("content").asText();
            if (content.isEmpty() || content.indexOf(' ') >= 0) {
                return Optional.empty();
            }
            beginnings.append(content.substring(0, 1).toLowerCase()).append(content.substring(0, 1).toUpperCase());
        }
        boolean keepsSpace = isByteLevel(rules);
        return keepsSpace || writesBars(rules) || hasWholeWords(rules)
                ? Optional.of(new WordCache(keepsSpace, beginnings.toString(), library, places)) : Optional.empty();
    }

    /** Byte-level: each word is made of tokens for itself, with the space before it. */
    private static boolean isByteLevel(JsonNode rules) {
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

    /** LLaMA's: "▁" is put before the text and in the place of spaces, and begins every token that it is in. */
    private static boolean writesBars(JsonNode rules) {
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
    private static boolean hasWholeWords(JsonNode rules) {
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

    /**
     * Whether a word brings the space before it, as in byte-level vocabularies: then its tokens stand where the library says for
     * the whole text. With other rules a space that became a part of a token is lost with the cut.
     */
    boolean knowsPlaces() {
        return keepsSpace;
    }

    /** Token ids of a text, the same as the library gives for the whole of it. */
    int[] encode(String text) {
        Ids ids = new Ids(text.length() / 3 + 8);
        cut(text, (from, to) -> ids.add(once(known, library, text.substring(from, to))));
        return ids.all();
    }

    /** Tokens and places of a text, the same as the library gives for the whole of it if {@link #knowsPlaces}. */
    List<Placed> placed(String text) {
        List<Placed> tokens = new ArrayList<>();
        cut(text, new Piece() {
            private int chars;
            private int points;

            @Override
            public void take(int from, int to) {
                points += text.codePointCount(chars, from);
                chars = from;
                for (Placed token : once(knownPlaces, places, text.substring(from, to))) {
                    tokens.add(new Placed(token.id(), points + token.begin()));
                }
            }
        });
        return tokens;
    }

    /** Takes the pieces of a text in their order. */
    private interface Piece {
        void take(int from, int to);
    }

    private void cut(String text, Piece piece) {
        int start = 0;
        int cut = -1;
        boolean before = false;             // whether the word before the cut may hold an added token
        boolean now = false;                // whether the word after it may
        for (int i = 0; i <= text.length(); i++) {
            boolean end = i == text.length();
            if (!end && (text.charAt(i) != ' ' || i == 0 || !isVisible(text, i - 1) || !isVisible(text, i + 1))) {
                now |= beginnings.indexOf(text.charAt(i)) >= 0;
                continue;
            }
            if (cut >= 0 && !before && !now) {
                piece.take(start, cut);
                start = keepsSpace ? cut : cut + 1;
            }
            cut = i;
            before = now;
            now = false;
        }
        piece.take(start, text.length());
    }

    private static boolean isVisible(String text, int at) {
        return at < text.length() && text.charAt(at) > ' ' && text.charAt(at) < 0x7f;
    }

    /** What the library gives for a word, asked for once as far as there is room. */
    private static <T> T once(Map<String, T> known, Function<String, T> library, String word) {
        T found = known.get(word);
        if (found == null) {
            found = library.apply(word);
            if (word.length() <= LONGEST_WORD && known.size() < MOST_WORDS) {
                known.put(word, found);
            }
        }
        return found;
    }

    /** Ids as they grow. */
    private static final class Ids {
        private int[] values;
        private int count;

        Ids(int room) {
            values = new int[room];
        }

        void add(int[] more) {
            if (count + more.length > values.length) {
                values = Arrays.copyOf(values, 2 * (count + more.length));
            }
            System.arraycopy(more, 0, values, count, more.length);
            count += more.length;
        }

        int[] all() {
            return Arrays.copyOf(values, count);
        }
    }
}
