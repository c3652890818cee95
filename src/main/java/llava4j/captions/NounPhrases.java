package llava4j.captions;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import opennlp.tools.postag.POSModel;
import opennlp.tools.postag.POSTaggerME;
import opennlp.tools.tokenize.TokenizerME;
import opennlp.tools.tokenize.TokenizerModel;
import opennlp.tools.util.Span;

/**
 * The noun phrases of a caption: every longest run of adjectives and nouns, up to its last noun, in lower case.
 *
 * <p>"a small dog with two Brown ears at a bus station" has "small dog", "brown ears" and "bus station". The words' classes
 * come from Apache OpenNLP's English tagger (Universal Dependencies, trained on EWT). It takes a hyphen for a word of its
 * own; here a hyphen joins what it stands between ("t-shirt"). It errs at times, most often about a verb right after a noun
 * ("the dog sleeps" has "dog sleeps"); such a phrase is a rare one, and the rule passes over the rarest.
 *
 * <p>The paper takes spaCy's noun chunks, which come from a full parse: these keep articles and numbers ("a small dog", "two
 * brown ears"), pronouns ("it"), and participles before a noun ("a parked car", here "car"). So "a dog" and "the dog" are two
 * phrases there and one here. Counts differ from the paper's; the rule that uses them does not. What one would get wrong:
 * taking nouns alone, so that "red car" and "car" are one and the colours are never balanced.
 */
public final class NounPhrases {

    private static final String TOKENS = "/opennlp-en-ud-ewt-tokens-1.3-2.5.4.bin";
    private static final String CLASSES = "/opennlp-en-ud-ewt-pos-1.3-2.5.4.bin";

    private static final TokenizerModel TOKENIZER = model(TOKENS, TokenizerModel::new);
    private static final POSModel TAGGER = model(CLASSES, POSModel::new);

    /** Neither of the two may be used by two threads at once; the models behind them may. */
    private record Reader(TokenizerME tokenizer, POSTaggerME tagger) {
    }

    private static final ThreadLocal<Reader> READER =
            ThreadLocal.withInitial(() -> new Reader(new TokenizerME(TOKENIZER), new POSTaggerME(TAGGER)));

    private interface Loading<T> {
        T from(InputStream stream) throws IOException;
    }

    private NounPhrases() {
    }

    /**
     * {@return the distinct noun phrases of a caption, in its order}
     *
     * @param caption a sentence or less, in English
     */
    public static Set<String> of(String caption) {
        Reader reader = READER.get();
        Span[] words = reader.tokenizer.tokenizePos(caption);
        String[] classes = reader.tagger.tag(Span.spansToStrings(words, caption));
        Set<String> phrases = new LinkedHashSet<>();
        int begin = 0;
        int end = 0;
        for (int i = 0; i <= words.length; i++) {
            String wordClass = i == words.length ? "" : classes[i];
            if (wordClass.equals("NOUN") || wordClass.equals("PROPN")) {
                end = i + 1;
            } else if (!wordClass.equals("ADJ") && !(i > begin && isHyphen(caption, words, i))) {
                if (end > begin) {
                    String phrase = caption.substring(words[begin].getStart(), words[end - 1].getEnd());
                    phrases.add(phrase.toLowerCase(Locale.ROOT).replaceAll("\\s+", " "));
                }
                begin = i + 1;
            }
        }
        return phrases;
    }

    private static boolean isHyphen(String caption, Span[] words, int i) {
        return i > 0 && i + 1 < words.length && words[i].getCoveredText(caption).equals("-")
                && words[i - 1].getEnd() == words[i].getStart() && words[i + 1].getStart() == words[i].getEnd();
    }

    private static <T> T model(String name, Loading<T> loading) {
        try (InputStream stream = NounPhrases.class.getResourceAsStream(name)) {
            return loading.from(stream);
        } catch (IOException e) {
            throw new IllegalStateException("the library's model " + name + " cannot be read", e);
        }
    }
}
