package llava4j.conversation;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import llava4j.error.UserError;

/**
 * The native library that runs the rules of a {@code tokenizer.json}, the one that Hugging Face's Python tokenizers are made
 * of.
 *
 * <p>It can neither be interrupted nor outlived, so a first text is encoded under a time limit; what it throws becomes one
 * line that names the file.
 */
final class NativeTokenizer implements AutoCloseable {

    static {
        // Nothing is looked for beyond the library in the jar: no download, no GPU flavour.
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("RUST_FLAVOR", "cpu");
        System.setProperty("OPT_OUT_TRACKING", "true");
    }

    private static final int SECONDS = 15;
    /** Long runs of one character, each broken off: what a regular expression that backtracks suffers most from. */
    private static final String PROBE = "a".repeat(40) + "!" + " ".repeat(40) + "A".repeat(40) + "." + "0".repeat(40)
            + "-" + "\n".repeat(40) + "'".repeat(40) + "\u00e9".repeat(40) + "_";

    private final Path file;
    private final HuggingFaceTokenizer tokenizer;

    private NativeTokenizer(Path file, HuggingFaceTokenizer tokenizer) {
        this.file = file;
        this.tokenizer = tokenizer;
    }

    /**
     * Opens a tokenizer whose rules have been looked through.
     *
     * @param changed the rules where they are not those of the file, else {@code null}
     * @throws UserError if they cannot be read, or do not come to an end
     */
    static NativeTokenizer open(Path file, JsonNode changed) {
        try {
            byte[] text = changed == null ? Files.readAllBytes(file) : changed.toString().getBytes(StandardCharsets.UTF_8);
            int begin = text.length > 2 && text[0] == (byte) 0xEF ? 3 : 0;      // a byte order mark
            return new NativeTokenizer(file, TimeLimit.of(SECONDS, () -> {
                HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.newInstance(
                        new ByteArrayInputStream(text, begin, text.length - begin),
                        Map.of("truncation", "false", "padding", "false"));
                try {
                    tokenizer.encode(PROBE, true, false);
                } catch (RuntimeException e) {
                    // A vocabulary of few words need not have these; whether it has those it is used with shows then
                }
                return tokenizer;
            }));
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

    /** The ids alone: an {@link Encoding} holds each token's text and place besides, which takes most of the time. */
    int[] ids(String text, boolean specialTokens) {
        TokenizersLibrary library = TokenizersLibrary.LIB;
        try {
            long encoding = library.encode(tokenizer.getHandle(), text, specialTokens);
            try {
                long[] wide = library.getTokenIds(encoding);
                int[] ids = new int[wide.length];
                for (int i = 0; i < ids.length; i++) {
                    ids[i] = id(wide[i]);
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

    /** The library's ids are wider than any vocabulary. */
    int id(long wide) {
        if (wide > Integer.MAX_VALUE) {
            throw UserError.of("%s: not a usable tokenizer: it has ids past 2^31", file);
        }
        return (int) wide;
    }

    /** Tokens, and where each stands in the text. */
    Encoding encoding(String text, boolean specialTokens) {
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

    String decode(int[] ids, boolean skipSpecialTokens) {
        try {
            return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), skipSpecialTokens);
        } catch (RuntimeException e) {
            throw unusable(e);
        }
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
