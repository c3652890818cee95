package llava4j.conversation;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import llava4j.conversation.Tokenizer.Placed;

/**
 * Token ids of words that were met before: a text is cut at its spaces, and only new words go to the native library.
 *
 * <p>The library takes a second for a megabyte, and the texts of a data set have the same few thousand words over and over.
 * What one would get wrong: a text may not be cut at just any space, nor under just any rules ({@link SpaceRules}). A word
 * with the beginning of an added token in it ({@code <image>}) stays with its neighbours, since such a token may swallow the
 * space beside it. In byte-level vocabularies a text is parted at its {@link PartingTokens} first: without that, every answer's
 * last word, {@code <|im_end|>} and the heading of the next turn are one long piece that no other text has.
 */
final class WordCache {

    private static final int MOST_WORDS = 200_000;
    private static final int LONGEST_WORD = 40;

    private final boolean keepsSpace;
    private final boolean knowsPlaces;
    private final PartingTokens parting;
    private final String beginnings;
    private final Function<String, int[]> library;
    private final Function<String, Placed> places;
    private final Map<String, int[]> known = new ConcurrentHashMap<>();
    private final Map<String, Placed> knownPlaces = new ConcurrentHashMap<>();

    private WordCache(boolean keepsSpace, boolean knowsPlaces, PartingTokens parting, String beginnings,
                      Function<String, int[]> library, Function<String, Placed> places) {
        this.keepsSpace = keepsSpace;
        this.knowsPlaces = knowsPlaces;
        this.parting = parting;
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
    static Optional<WordCache> of(JsonNode rules, Function<String, int[]> library, Function<String, Placed> places) {
        JsonNode added = rules.path("added_tokens");
        if (added.findValuesAsText("content").stream().anyMatch(content -> content.isEmpty() || content.indexOf(' ') >= 0)) {
            return Optional.empty();
        }
        boolean byteLevel = SpaceRules.isByteLevel(rules);
        if (!byteLevel && !SpaceRules.writesBars(rules) && !SpaceRules.hasWholeWords(rules)) {
            return Optional.empty();
        }
        PartingTokens parting = byteLevel ? PartingTokens.of(added) : PartingTokens.NONE;
        String beginnings = added.findValuesAsText("content").stream().filter(content -> !parting.contains(content))
                .map(content -> content.substring(0, 1))
                .map(first -> first.toLowerCase() + first.toUpperCase()).collect(Collectors.joining());
        return Optional.of(new WordCache(byteLevel, byteLevel && SpaceRules.keepsPlaces(rules), parting, beginnings,
                library, places));
    }

    /**
     * Whether {@link #placed} may be asked: a word of a byte-level vocabulary brings the space before it. With other rules a space
     * that became a part of a token is lost with the cut.
     */
    boolean knowsPlaces() {
        return knowsPlaces;
    }

    /** Token ids of a text, the same as the library gives for the whole of it. */
    int[] encode(String text) {
        IntRow ids = new IntRow(text.length() / 3);
        cut(text, (from, to) -> ids.addAll(once(known, library, text.substring(from, to)), 0));
        return ids.toArray();
    }

    /** Tokens and places of a text, the same as the library gives for the whole of it if {@link #knowsPlaces}. */
    Placed placed(String text) {
        IntRow ids = new IntRow(text.length() / 3);
        IntRow begins = new IntRow(text.length() / 3);
        cut(text, new Piece() {
            private int chars;
            private int points;

            @Override
            public void take(int from, int to) {
                points += text.codePointCount(chars, from);
                chars = from;
                Placed word = once(knownPlaces, places, text.substring(from, to));
                ids.addAll(word.ids(), 0);
                begins.addAll(word.begins(), points);
            }
        });
        return new Placed(ids.toArray(), begins.toArray());
    }

    /** Takes the pieces of a text in their order. */
    private interface Piece {
        void take(int from, int to);
    }

    private void cut(String text, Piece piece) {
        int start = 0;
        for (int token = parting.next(text, 0); token >= 0; token = parting.next(text, start)) {
            atSpaces(text, start, token, piece);
            start = parting.endAt(text, token);
            piece.take(token, start);
        }
        atSpaces(text, start, text.length(), piece);
    }

    private void atSpaces(String text, int from, int to, Piece piece) {
        int start = from;
        int word = from;                    // where the word begins that is looked at, with the space before it
        boolean held = true;                // whether it must stay with what is before it
        for (int i = from + 1; i <= to; i++) {
            if (i < to && (text.charAt(i) != ' ' || i + 1 == to || !isVisible(text.charAt(i - 1))
                    || !isVisible(text.charAt(i + 1)))) {
                continue;
            }
            boolean holds = mayHoldToken(text, word, i);
            if (!held && !holds) {
                piece.take(start, word);
                start = keepsSpace ? word : word + 1;
            }
            held = holds;
            word = i;
        }
        if (start < to || text.isEmpty()) {
            piece.take(start, to);
        }
    }

    private boolean mayHoldToken(String text, int from, int to) {
        for (int i = from; i < to && !beginnings.isEmpty(); i++) {
            if (beginnings.indexOf(text.charAt(i)) >= 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean isVisible(char character) {
        return character > ' ' && character < 0x7f;
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
}
