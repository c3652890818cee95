package llava4j.conversation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * What a regular expression can do to the one who runs it, told from its text alone.
 *
 * <p>A repeated group that holds a repetition or a choice, as in {@code (a+)+} or {@code (a|aa)*}, can match the same text
 * in 2ⁿ ways, and an engine that backtracks tries them all before it gives up. No vocabulary of LLaMA's or CLIP's kind
 * needs such a group. What one would get wrong: trying the expression on a few texts shows only that these are harmless.
 */
final class RegexRisk {

    private static final Pattern LARGE_REPETITION = Pattern.compile("\\{[0-9]*,?[0-9]*}");

    private final String regex;
    private int at;

    private RegexRisk(String regex) {
        this.regex = regex;
    }

    /** Whether the expression may take time that grows exponentially with the text. */
    static boolean exponential(String regex) {
        return new RegexRisk(regex).nestedRepetition();
    }

    /** Whether the expression finds something in an empty text: a step that replaces it would have no end. */
    static boolean matchesNothing(String regex) {
        try {
            return Pattern.compile(regex).matcher("").find();
        } catch (PatternSyntaxException e) {
            return false;       // of another dialect; the native library judges it
        }
    }

    private boolean nestedRepetition() {
        Deque<Boolean> groups = new ArrayDeque<>();     // for each open group: does it hold a repetition or a choice?
        groups.push(false);
        while (at < regex.length()) {
            char c = regex.charAt(at);
            boolean holds = false;
            if (c == '(') {
                at = regex.startsWith("(?", at) ? at + 2 : at + 1;
                groups.push(false);
                continue;
            } else if (c == ')' && groups.size() > 1) {
                at++;
                holds = groups.pop();
                if (holds && repeated()) {
                    return true;
                }
            } else if (c == '|') {
                at++;
                holds = true;
            } else {
                skipOne();
            }
            groups.push(groups.pop() | holds | repeated());
        }
        return false;
    }

    /** Whether {@code *}, <code>+</code> or a count in braces follows. */
    private boolean repeated() {
        return at < regex.length() && (regex.charAt(at) == '*' || regex.charAt(at) == '+'
                || LARGE_REPETITION.matcher(regex).region(at, regex.length()).lookingAt());
    }

    /** Past one character, escape or class in brackets. */
    private void skipOne() {
        char c = regex.charAt(at++);
        if (c == '\\' && at < regex.length()) {
            boolean property = "pPx".indexOf(regex.charAt(at++)) >= 0;
            if (property && regex.startsWith("{", at)) {
                at = Math.max(at, regex.indexOf('}', at)) + 1;
            }
        } else if (c == '[') {
            if (regex.startsWith("^", at)) {
                at++;
            }
            for (boolean first = true; at < regex.length() && (first || regex.charAt(at) != ']'); first = false) {
                skipOne();
            }
            at++;
        }
    }
}
