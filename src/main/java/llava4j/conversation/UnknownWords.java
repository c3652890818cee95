package llava4j.conversation;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Tells which words of a question a model cannot read, with the words it knows that mean or are spelt almost the same.
 *
 * <p>A small closed vocabulary has one token, {@code <unk>}, for all that it lacks: the model is not told which word stood
 * there, yet it answers.
 */
public final class UnknownWords {

    private static final int LARGEST_VOCABULARY = 5000;
    private static final int MOST_NEAR = 3;

    private UnknownWords() {
    }

    /**
     * {@return one line for the user, or nothing if every word is known}
     *
     * @param tokenizer the model's own
     * @param text      what is asked
     * @param guide     to the words that the model does know
     */
    public static Optional<String> notice(Tokenizer tokenizer, String text, WordGuide guide) {
        Set<String> words = new LinkedHashSet<>(tokenizer.unknownWords(text));
        if (words.isEmpty()) {
            return Optional.empty();
        }
        Set<String> vocabulary = tokenizer.vocabulary();
        return Optional.of(words.stream().map(word -> "\"" + word + "\"" + instead(vocabulary, word, guide))
                .collect(Collectors.joining(", ")) + (words.size() == 1 ? " is" : " are") + " not among the " + vocabulary.size()
                + " words this model knows, and read as <unk>"
                + (guide.summary().isEmpty() ? "" : "; it knows " + guide.summary()));
    }

    private static String instead(Set<String> vocabulary, String word, WordGuide guide) {
        String singular = word.toLowerCase(Locale.ROOT).replaceFirst("s$", "");
        String meant = guide.instead().getOrDefault(word.toLowerCase(Locale.ROOT), guide.instead().get(singular));
        return meant != null && vocabulary.contains(meant) ? " (known: " + meant + ")" : near(vocabulary, word);
    }

    private static String near(Set<String> vocabulary, String word) {
        int most = Math.min(2, word.length() / 3);
        if (vocabulary.size() > LARGEST_VOCABULARY || most == 0) {
            return "";
        }
        List<String> near = vocabulary.stream().filter(known -> known.length() > 2 && distance(known, word) <= most)
                .sorted(Comparator.comparingInt((String known) -> distance(known, word)).thenComparing(known -> known))
                .limit(MOST_NEAR).toList();
        return near.isEmpty() ? "" : " (known: " + String.join(", ", near) + ")";
    }

    /** Levenshtein's: how many letters must be put in, taken out or exchanged. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int exchanged = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(exchanged, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
