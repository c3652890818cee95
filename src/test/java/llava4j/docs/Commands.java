package llava4j.docs;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A block of shell commands on a page, and what its mark says of running it.
 *
 * <p>A block of {@code sh} is run as it stands. The comment above may say {@code run with WORD = other, WORD = other}, for
 * names that stand for something of the reader's, and for figures that would take long; or {@code not run: reason}.
 *
 * @param page  where it stands
 * @param block of language {@code sh}
 */
record Commands(Page page, Page.Block block) {

    private static final String NOT_RUN = "not run: ";
    private static final String WITH = "run with ";

    /** Why it is not run; empty if it is. */
    Optional<String> reason() {
        return block.mark().startsWith(NOT_RUN) ? Optional.of(block.mark().substring(NOT_RUN.length())) : Optional.empty();
    }

    /** What is wrong with the mark; empty if nothing is. */
    Optional<String> fault() {
        if (block.mark().isEmpty() || reason().isPresent()) {
            return Optional.empty();
        }
        if (!block.mark().startsWith(WITH)) {
            return Optional.of("the mark is neither \"" + NOT_RUN + "...\" nor \"" + WITH + "...\": " + block.mark());
        }
        List<String> absent = replacements().keySet().stream()
                .filter(word -> !word(word).matcher(text()).find()).collect(Collectors.toList());
        return absent.isEmpty() ? Optional.empty() : Optional.of("the mark replaces what is not there: " + absent);
    }

    /** What is run: each command on the line that it has on the page, so that the shell's own messages name it. */
    String script() {
        Map<String, String> replacements = replacements();
        String text = text();
        if (!replacements.isEmpty()) {
            Pattern words = Pattern.compile(replacements.keySet().stream().map(word -> word(word).pattern())
                    .collect(Collectors.joining("|")));
            text = words.matcher(text).replaceAll(found -> Matcher.quoteReplacement(replacements.get(found.group())));
        }
        return "trap 'echo \"$0:$LINENO: exit $?: $BASH_COMMAND\" >&2' ERR" + "\n".repeat(block.line()) + text + "\n";
    }

    private String text() {
        return String.join("\n", block.lines());
    }

    private Map<String, String> replacements() {
        Map<String, String> replacements = new LinkedHashMap<>();
        if (block.mark().startsWith(WITH)) {
            for (String one : block.mark().substring(WITH.length()).split(", +")) {
                String[] sides = one.split(" = ", 2);
                replacements.put(sides[0].strip(), sides.length == 2 ? sides[1].strip() : "");
            }
        }
        return replacements;
    }

    /** A word by itself: no part of a path, of another word, or of an option. */
    private static Pattern word(String word) {
        return Pattern.compile("(?<![\\w./-])" + Pattern.quote(word) + "(?![\\w/-])");
    }

    @Override
    public String toString() {
        return page.file() + ":" + (block.line() + 1);
    }
}
