package llava4j.conversation;

import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Text from tokens as they come, shown as soon as it is sure.
 *
 * <p>A token need not be a whole character, and the space before a word may depend on the word, so all tokens so far are
 * decoded anew and only what has become longer is shown. The text that ends an answer may span several tokens: an end that
 * it may begin with is held back until it is told apart. What one would get wrong: decoding tokens one by one prints "�"
 * for each part of a character, and looking for the stop text alone shows its first half.
 */
public final class StreamedText {

    private final Tokenizer tokenizer;
    private final String stop;
    private final Consumer<String> show;
    private int[] ids = {};
    private String shown = "";
    private boolean ended;

    /**
     * Begins an answer, with no token yet.
     *
     * @param tokenizer decodes the ids
     * @param stop      text that ends the answer and is not shown, may be empty
     * @param show      is given each new piece
     */
    public StreamedText(Tokenizer tokenizer, String stop, Consumer<String> show) {
        this.tokenizer = tokenizer;
        this.stop = stop;
        this.show = show;
    }

    /**
     * Takes one more token.
     *
     * @param token id; shown at once or, where it may be part of a character or of {@code stop}, with a later one
     */
    public void add(int token) {
        ids = IntStream.concat(IntStream.of(ids), IntStream.of(token)).toArray();
        advance(whole(), false);
    }

    /**
     * The tokens are over: shows what was held back.
     *
     * @return the whole answer, without {@code stop} and without spaces at its ends
     */
    public String finish() {
        advance(whole(), true);
        return text();
    }

    /** {@return whether the stop text has come: what follows is no part of the answer} */
    public boolean ended() {
        return ended;
    }

    /** {@return the answer so far, as far as it was shown} */
    public String text() {
        return shown.strip();
    }

    private String whole() {
        String text = tokenizer.decode(ids, true);
        int end = stop.isEmpty() ? -1 : text.indexOf(stop);
        ended = end >= 0;
        return end < 0 ? text : text.substring(0, end);
    }

    /** The text without the end, if any, that the stop text begins with. */
    private String beforeStop(String text) {
        for (int length = ended ? 0 : Math.min(stop.length() - 1, text.length()); length > 0; length--) {
            if (text.endsWith(stop.substring(0, length))) {
                return text.substring(0, text.length() - length);
            }
        }
        return text;
    }

    private void advance(String text, boolean last) {
        // A character that is still incomplete, and blanks that a following mark may take back, wait.
        String sure = last ? text.stripTrailing() : text.endsWith("\uFFFD") ? shown : beforeStop(text).stripTrailing();
        if (sure.length() > shown.length() && sure.startsWith(shown)) {
            show.accept(sure.substring(shown.length()));
            shown = sure;
        }
    }
}
