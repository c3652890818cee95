package llava4j.evaluate.picturebook;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * An answer as a row of words and marks, in small letters: "It isn't 3 dogs." becomes {@code it is not three dogs .}
 *
 * <p>Hyphens are spaces, digits are words, short forms are written out, a new line ends a sentence; the numbers and dashes before
 * the lines of a list say nothing and are left out.
 */
final class Words {

    /** As {@link #number} counts them. */
    static final List<String> NUMBERS = List.of("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
            "eleven", "twelve");

    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}']+|[.,;:!?()]|[—–]");
    private static final Set<String> SENTENCE_ENDS = Set.of(".", "!", "?", ";");
    private static final Set<String> CLAUSE_ENDS = Set.of(",", ":", "(", ")", "—", "–", "and", "but", "while", "whereas", "though",
            "although", "because", "so", "which");

    private final List<String> all;

    private Words(List<String> all) {
        this.all = all;
    }

    static Words of(String text) {
        String plain = text.replaceAll("(?m)^\\s*(\\d+[.)]|[-*•])\\s+", "").replace('’', '\'').replace("\n", " . ")
                .toLowerCase(Locale.ROOT).replace("cannot", "can not").replace("can't", "can not").replace("won't", "will not")
                .replace("n't", " not").replaceAll("\\b(it|that|this|there|here|what|he|she|one)'s\\b", "$1 is")
                .replaceAll("'(re|m)\\b", " are").replaceAll("'(ll|ve|d)\\b", "").replace('-', ' ');
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(plain);
        while (matcher.find()) {
            String word = matcher.group().replace("'", "");
            if (!word.isEmpty()) {
                words.add(word.matches("\\d|1[0-2]") ? NUMBERS.get(Integer.parseInt(word)) : word);
            }
        }
        return new Words(words);
    }

    int size() {
        return all.size();
    }

    /** The word at a place, or nothing before the first and after the last. */
    String at(int i) {
        return i < 0 || i >= all.size() ? "" : all.get(i);
    }

    /** Words in a row, with spaces between. */
    String phrase(int start, int end) {
        return String.join(" ", all.subList(start, end));
    }

    /** What a word counts, or -1. */
    int number(int i) {
        return NUMBERS.indexOf(at(i));
    }

    boolean endsSentence(int i) {
        return SENTENCE_ENDS.contains(at(i));
    }

    /** Whether a clause ends here: at a sentence's end, a comma, "and", "but" and the like. */
    boolean endsClause(int i) {
        return endsSentence(i) || CLAUSE_ENDS.contains(at(i));
    }

    /** Whether a word is a mark and no word. */
    boolean isMark(int i) {
        return !at(i).isEmpty() && !Character.isLetterOrDigit(at(i).charAt(0));
    }

    int sentenceStart(int i) {
        int start = i;
        while (start > 0 && !endsSentence(start - 1)) {
            start--;
        }
        return start;
    }

    int sentenceEnd(int i) {
        int end = i;
        while (end < size() && !endsSentence(end)) {
            end++;
        }
        return end;
    }

    int clauseStart(int i) {
        int start = i;
        while (start > 0 && !endsClause(start - 1)) {
            start--;
        }
        return start;
    }

    int clauseEnd(int i) {
        int end = i;
        while (end < size() && !endsClause(end)) {
            end++;
        }
        return end;
    }

    /** Whether one of some words stands there, the end not included. */
    boolean any(int start, int end, String... some) {
        return indexOf(start, end, some) >= 0;
    }

    /** All places that a row of words takes up here, wherever it stands. */
    Set<Integer> places(Words row) {
        Set<Integer> places = new HashSet<>();
        for (int i = 0; row.size() > 0 && i + row.size() <= size(); i++) {
            if (all.subList(i, i + row.size()).equals(row.all)) {
                IntStream.range(i, i + row.size()).forEach(places::add);
            }
        }
        return places;
    }

    /** The first place of one of some words, or -1. */
    int indexOf(int start, int end, String... some) {
        List<String> wanted = Arrays.asList(some);
        for (int i = Math.max(0, start); i < Math.min(end, size()); i++) {
            if (wanted.contains(all.get(i))) {
                return i;
            }
        }
        return -1;
    }
}
