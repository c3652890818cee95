package llava4j.conversation;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import llava4j.error.UserError;
import llava4j.json.Fields;
import llava4j.json.JsonFile;

/**
 * Text to token ids and back, by the model's own {@code tokenizer.json}.
 *
 * <p>The rules in that file are run by the same native library that Hugging Face's Python tokenizers are made of, so the
 * ids are the same. What one would get wrong: a LLaMA tokenizer writes "▁" before the first word of every piece it is
 * given and after every special token, so two pieces tokenised apart need not equal the whole tokenised at once.
 *
 * <p>The rules come from anywhere. So they are looked through first ({@link TokenizerRules}), and the library is given a first
 * text under a time limit ({@link NativeTokenizer}).
 */
public final class Tokenizer implements AutoCloseable {

    private static final long LARGEST = 200_000_000;

    private final NativeTokenizer library;
    private final Map<String, Integer> specials = new HashMap<>();
    private final String beginText;
    private final String endText;
    private final String endOfWord;
    private final boolean tidiesSpaces;
    private final int unknownId;
    private final Path file;
    private final String unknown;
    private final Set<String> vocabulary;
    private final Optional<WordCache> words;

    /** @param changed whether the rules are other than those of the file */
    private Tokenizer(Path file, JsonNode rules, boolean changed, Fields settings) {
        this.file = file;
        for (JsonNode token : rules.path("added_tokens")) {
            specials.put(token.path("content").asText(), token.path("id").asInt());
        }
        endOfWord = rules.path("model").path("end_of_word_suffix").asText("");
        // transformers 5 leaves the spaces of byte-pair vocabularies alone, whatever the setting says
        tidiesSpaces = settings.flag("clean_up_tokenization_spaces", false)
                && !TokenizerRules.isBytePair(rules.path("model"));
        unknown = rules.path("model").path("unk_token").asText("");
        vocabulary = new HashSet<>();
        rules.path("model").path("vocab").fieldNames().forEachRemaining(vocabulary::add);
        unknownId = specials.getOrDefault(unknown, rules.path("model").path("vocab").path(unknown)
                .asInt(rules.path("model").path("unk_id").asInt(-1)));
        beginText = settings.tokenText("bos_token").orElse("");
        endText = settings.tokenText("eos_token").orElse("</s>");
        // All else can be refused before native memory is taken
        library = NativeTokenizer.open(file, changed ? rules : null);
        words = WordCache.of(rules, this::wholeText, this::placedInWhole);
    }

    /**
     * Opens the tokenizer of a model directory.
     *
     * @param directory holds {@code tokenizer.json} and, as a rule, {@code tokenizer_config.json}
     * @return the tokenizer; its native memory is given back by {@link #close}
     * @throws UserError if there is none, or it cannot be read
     */
    public static Tokenizer open(Path directory) {
        Path file = directory.resolve("tokenizer.json");
        if (!Files.isRegularFile(file)) {
            throw UserError.of("%s: no tokenizer.json here: copy the one that the model was published with, or make it from a "
                    + "tokenizer.model, or vocab.json and merges.txt, with transformers: python -c \"from transformers import "
                    + "AutoTokenizer as T; T.from_pretrained('DIR').save_pretrained('DIR')\"", directory);
        }
        JsonNode tree = JsonFile.tree(file, LARGEST);
        if (!tree.isObject()) {
            throw UserError.of("%s: not a usable tokenizer: need a JSON object", file);
        }
        Path config = directory.resolve("tokenizer_config.json");
        Fields settings = Files.exists(config) ? JsonFile.object(config) : Fields.empty(config.toString());
        if (tree.hasNonNull("added_tokens") && !tree.path("added_tokens").isArray()) {
            throw UserError.of("%s: not a usable tokenizer: added_tokens should be an array", file);
        }
        boolean added = AddedTokens.merge(file, (ObjectNode) tree, settings);
        TokenizerRules.check(file, tree);
        return new Tokenizer(file, tree, added, settings);
    }

    /**
     * {@return token ids of a text}
     *
     * @param text          any text, empty too
     * @param specialTokens whether the tokens that begin (and end) every text are added
     * @throws UserError if the rules of tokenizer.json contradict themselves
     */
    public int[] encode(String text, boolean specialTokens) {
        return specialTokens || words.isEmpty() ? library.ids(text, specialTokens) : words.get().encode(text);
    }

    /**
     * {@return the tokens themselves, as the vocabulary writes them: a LLaMA's begin with "▁" where a space stood}
     *
     * @param text          any text, empty too
     * @param specialTokens whether the tokens that begin (and end) every text are added
     */
    public String[] tokens(String text, boolean specialTokens) {
        return library.encoding(text, specialTokens).getTokens();
    }

    /**
     * {@return the id that stands for what the vocabulary does not have, {@code <unk>}; −1 if it has everything}
     */
    public int unknownId() {
        return unknownId;
    }

    /**
     * {@return the pieces of a text that the vocabulary does not have, in their order}
     *
     * @param text any text
     */
    public List<String> unknownWords(String text) {
        Encoding encoding = library.encoding(text, false);
        List<String> words = new ArrayList<>();
        int[] points = text.codePoints().toArray();
        for (int i = 0; i < encoding.getIds().length; i++) {
            CharSpan span = encoding.getCharTokenSpans()[i];
            if (encoding.getIds()[i] == unknownId && span != null) {
                words.add(new String(points, span.getStart(), span.getEnd() - span.getStart()).strip());
            }
        }
        words.removeAll(List.of(unknown, ""));      // typed as such
        return words;
    }

    /** What {@link #encode} gives without special tokens, the text being cut nowhere. */
    int[] wholeText(String text) {
        return library.ids(text, false);
    }

    /**
     * Tokens and where they begin.
     *
     * @param ids    the tokens, in their order
     * @param begins for each the place of its first character in the text, counted in code points; a space may be left out
     */
    record Placed(int[] ids, int[] begins) {
    }

    /**
     * The tokens of a text with their places; none is added at its ends.
     *
     * @throws UserError if the rules of tokenizer.json contradict themselves
     */
    Placed placed(String text) {
        return words.filter(WordCache::knowsPlaces).map(cache -> cache.placed(text)).orElseGet(() -> placedInWhole(text));
    }

    /** What {@link #placed} gives, the text being cut nowhere. */
    Placed placedInWhole(String text) {
        Encoding encoding = library.encoding(text, false);
        return new Placed(Arrays.stream(encoding.getIds()).mapToInt(library::id).toArray(),
                Arrays.stream(encoding.getCharTokenSpans()).mapToInt(CharSpan::getStart).toArray());
    }

    /**
     * {@return the text of token ids}
     *
     * @param ids               ids that no token has count as nothing, as in the reference
     * @param skipSpecialTokens whether {@code <s>}, {@code </s>}, {@code <image>} and their like are left out
     */
    public String decode(int[] ids, boolean skipSpecialTokens) {
        String text = library.decode(ids, skipSpecialTokens);
        if (!endOfWord.isEmpty()) {
            // CLIP's vocabulary marks the end of a word with "</w>", which its Python class, not tokenizer.json, turns to a space
            return text.replace(endOfWord, " ").strip();
        }
        return tidiesSpaces ? tidied(text) : text;
    }

    /** {@code clean_up_tokenization_spaces}: takes off the spaces that splitting at punctuation has made. */
    private static String tidied(String text) {
        return text.replace(" .", ".").replace(" ?", "?").replace(" !", "!").replace(" ,", ",").replace(" ' ", "'")
                .replace(" n't", "n't").replace(" 'm", "'m").replace(" 's", "'s").replace(" 've", "'ve")
                .replace(" 're", "'re");
    }

    /**
     * {@return the id of a special token such as {@code <image>}}
     *
     * @param specialToken as the vocabulary writes it
     * @throws UserError if the tokenizer has no such token
     */
    public int idOf(String specialToken) {
        Integer id = specials.get(specialToken);
        if (id == null) {
            throw UserError.of("%s: the vocabulary has no special token %s", file, specialToken);
        }
        return id;
    }

    /** {@return the words and pieces that texts are made of, as the vocabulary writes them} */
    public Set<String> vocabulary() {
        return vocabulary;
    }

    /** {@return the file with the rules, for messages} */
    Path file() {
        return file;
    }

    /**
     * {@return whether the vocabulary has a token of its own for this text, which no rule splits}
     *
     * @param token as the vocabulary writes it
     */
    public boolean has(String token) {
        return specials.containsKey(token);
    }

    /** {@return the text of the token that begins a sequence, {@code <s>} for LLaMA; empty if there is none} */
    public String beginText() {
        return beginText;
    }

    /** {@return the text of the token that ends an answer, {@code </s>} for LLaMA} */
    public String endText() {
        return endText;
    }

    @Override
    public void close() {
        library.close();
    }
}
