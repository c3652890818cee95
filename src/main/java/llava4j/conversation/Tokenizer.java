package llava4j.conversation;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
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
import java.util.concurrent.TimeoutException;
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
 * <p>The rules come from anywhere, and the library that runs them can neither be interrupted nor outlived. So they are
 * looked through first ({@link TokenizerRules}), and a first text is encoded under a time limit.
 */
public final class Tokenizer implements AutoCloseable {

    static {
        // Nothing is looked for beyond the library in the jar: no download, no GPU flavour.
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("RUST_FLAVOR", "cpu");
        System.setProperty("OPT_OUT_TRACKING", "true");
    }

    private static final long LARGEST = 200_000_000;
    private static final int SECONDS = 15;
    /** Long runs of one character, each broken off: what a regular expression that backtracks suffers most from. */
    private static final String PROBE = "a".repeat(40) + "!" + " ".repeat(40) + "A".repeat(40) + "." + "0".repeat(40)
            + "-" + "\n".repeat(40) + "'".repeat(40) + "\u00e9".repeat(40) + "_";

    private final HuggingFaceTokenizer tokenizer;
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
        tokenizer = natively(file, changed ? rules : null);     // all else can be refused before native memory is taken
        words = WordCache.of(rules, this::wholeText);
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

    /** @param changed the rules where they are not those of the file, else {@code null} */
    private static HuggingFaceTokenizer natively(Path file, JsonNode changed) {
        try {
            byte[] text = changed == null ? Files.readAllBytes(file) : changed.toString().getBytes(StandardCharsets.UTF_8);
            int begin = text.length > 2 && text[0] == (byte) 0xEF ? 3 : 0;      // a byte order mark
            return TimeLimit.of(SECONDS, () -> {
                HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.newInstance(
                        new ByteArrayInputStream(text, begin, text.length - begin), Map.of("truncation", "false", "padding", "false"));
                try {
                    tokenizer.encode(PROBE, true, false);
                } catch (RuntimeException e) {
                    // A vocabulary of few words need not have these; whether it has those it is used with shows then
                }
                return tokenizer;
            });
        } catch (TimeoutException e) {
            throw new UserError(file + ": not a usable tokenizer: a short text was not encoded within " + SECONDS
                    + " seconds: is there a regular expression in it that can take for ever?", e);
        } catch (EngineException e) {
            throw new UserError("the tokenizer's native library cannot be unpacked (" + firstLine(e) + "): set the environment "
                    + "variable DJL_CACHE_DIR to a folder that may be written to", e);
        } catch (Exception e) {
            throw new UserError(file + ": not a readable tokenizer: " + firstLine(e), e);
        }
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    /**
     * {@return token ids of a text}
     *
     * @param text          any text, empty too
     * @param specialTokens whether the tokens that begin (and end) every text are added
     * @throws UserError if the rules of tokenizer.json contradict themselves
     */
    public int[] encode(String text, boolean specialTokens) {
        return specialTokens || words.isEmpty() ? ids(text, specialTokens) : words.get().encode(text);
    }

    /**
     * {@return the tokens themselves, as the vocabulary writes them: a LLaMA's begin with "▁" where a space stood}
     *
     * @param text          any text, empty too
     * @param specialTokens whether the tokens that begin (and end) every text are added
     */
    public String[] tokens(String text, boolean specialTokens) {
        return encoding(text, specialTokens).getTokens();
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
        Encoding encoding = encoding(text, false);
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
        return ids(text, false);
    }

    /** The ids alone: an {@link Encoding} holds each token's text and place besides, which takes most of the time. */
    private int[] ids(String text, boolean specialTokens) {
        TokenizersLibrary library = TokenizersLibrary.LIB;
        try {
            long encoding = library.encode(tokenizer.getHandle(), text, specialTokens);
            try {
                long[] wide = library.getTokenIds(encoding);
                int[] ids = new int[wide.length];
                for (int i = 0; i < ids.length; i++) {
                    if (wide[i] > Integer.MAX_VALUE) {
                        throw UserError.of("%s: not a usable tokenizer: it has ids past 2^31", file);
                    }
                    ids[i] = (int) wide[i];
                }
                return ids;
            } finally {
                library.deleteEncoding(encoding);
            }
        } catch (UserError e) {
            throw e;
        } catch (RuntimeException e) {
            throw unusable(e);
        }
    }

    /**
     * A token and where it begins.
     *
     * @param id    the token's
     * @param begin the place of its first character in the text, counted in code points; a space may be left out
     */
    public record Placed(int id, int begin) {
    }

    /**
     * {@return the tokens of a text with their places; none is added at its ends}
     *
     * @param text any text, empty too
     * @throws UserError if the rules of tokenizer.json contradict themselves
     */
    public List<Placed> placed(String text) {
        int[] ids = encode(text, false);
        CharSpan[] spans = encoding(text, false).getCharTokenSpans();
        List<Placed> tokens = new ArrayList<>();
        for (int i = 0; i < ids.length; i++) {
            tokens.add(new Placed(ids[i], spans[i].getStart()));
        }
        return tokens;
    }

    private Encoding encoding(String text, boolean specialTokens) {
        try {
            return tokenizer.encode(text, specialTokens, false);
        } catch (RuntimeException e) {
            throw unusable(e);
        }
    }

    /** Some faults of a vocabulary, such as a token for unknown words that it lacks, show only in use. */
    private UserError unusable(RuntimeException e) {
        return new UserError(file + ": not a usable tokenizer: " + firstLine(e), e);
    }

    /**
     * {@return the text of token ids}
     *
     * @param ids               ids that no token has count as nothing, as in the reference
     * @param skipSpecialTokens whether {@code <s>}, {@code </s>}, {@code <image>} and their like are left out
     */
    public String decode(int[] ids, boolean skipSpecialTokens) {
        String text;
        try {
            text = tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), skipSpecialTokens);
        } catch (RuntimeException e) {
            throw new UserError(file + ": not a usable tokenizer: " + firstLine(e), e);
        }
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
        tokenizer.close();
    }
}
