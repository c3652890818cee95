package llava4j.evaluate.scienceqa;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import llava4j.conversation.Tokenizer;

/**
 * Finds the letter in an answer, by the rules of the reference code.
 *
 * <p>In this order: the answer is a bare letter; it begins with a letter, a full stop and a space; it says "The answer is
 * X" exactly once, with anything but the end after the letter. Anything else is no answer, and no answer is wrong: nothing
 * is guessed. What one would get wrong: the full stop of the published expression {@code The answer is ([A-Z]).} stands for
 * any character, so "The answer is B, because" is B and "The answer is B" at the very end is none; an answer that says it
 * twice has none; and "E. ..." where there are three options is a letter, and a wrong one, whatever follows.
 */
public final class AnswerParser {

    private static final String PUBLISHED = "The answer is ([A-Z])[^\n]";
    /** Small letters count before a full stop only: "the answer is a guess" names no letter. */
    private static final String ANY_CASE = PUBLISHED + "|(?i:the answer is ([A-Z])\\.)";
    /** The published code knows A to E, however few options a problem has. */
    private static final int FEWEST_LETTERS = 5;

    private final boolean anyCase;
    private final Pattern says;

    /**
     * @param anyCase whether "the answer is b." counts; by the published rule it does not. For models whose vocabulary has
     *                no capital letters
     */
    public AnswerParser(boolean anyCase) {
        this.anyCase = anyCase;
        says = Pattern.compile(anyCase ? ANY_CASE : PUBLISHED);
    }

    /**
     * {@return the published rule, or any case where the model's tokenizer does not tell "A" from "a"}
     *
     * @param tokenizer of the model whose answers will be read
     */
    public static AnswerParser forModel(Tokenizer tokenizer) {
        return new AnswerParser(Arrays.equals(tokenizer.encode("A", false), tokenizer.encode("a", false)));
    }

    /**
     * {@return the choice that an answer names, from 0; empty where it names none}
     *
     * @param answer  what the model or the solver said
     * @param choices number of choices: a letter beyond them is no answer
     */
    public OptionalInt choice(String answer, int choices) {
        String text = answer.strip();
        if (text.length() == 1) {
            return index(text.charAt(0), choices);
        }
        if (text.length() >= 3 && text.startsWith(". ", 1)
                && index(text.charAt(0), Math.max(FEWEST_LETTERS, choices)).isPresent()) {
            return index(text.charAt(0), choices);
        }
        List<String> letters = says.matcher(text).results()
                .map(match -> anyCase && match.group(1) == null ? match.group(2) : match.group(1)).collect(Collectors.toList());
        return letters.size() == 1 ? index(letters.get(0).charAt(0), choices) : OptionalInt.empty();
    }

    private OptionalInt index(char letter, int choices) {
        int index = (anyCase ? Character.toUpperCase(letter) : letter) - 'A';
        return index >= 0 && index < choices ? OptionalInt.of(index) : OptionalInt.empty();
    }
}
