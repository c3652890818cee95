package llava4j.site;

import java.util.List;

/**
 * The first sentence of a paragraph in Markdown: what a slide shows of it.
 *
 * <p>What one would get wrong: a full stop ends no sentence inside a formula, a piece of code or a link, nor after "e.g." or in "0.5".
 */
final class FirstSentence {

    private static final List<String> SHORTENED = List.of("e.g", "i.e", "al", "Fig", "Eq", "vs", "cf");

    private FirstSentence() {
    }

    /** The sentence with its stop; the whole paragraph where it has one alone. */
    static String of(String paragraph) {
        String text = paragraph.strip().replaceAll("\\s*\\n\\s*", " ");
        int depth = 0;
        char quoting = 0;
        for (int i = 0; i < text.length(); i++) {
            char at = text.charAt(i);
            if (quoting != 0) {
                quoting = at == quoting ? 0 : quoting;
            } else if (at == '$' || at == '`') {
                quoting = at;
            } else if ("([（「".indexOf(at) >= 0) {
                depth++;
            } else if (")]）」".indexOf(at) >= 0) {
                depth--;
            } else if (depth == 0 && isEnd(text, i)) {
                int end = i + 1;
                while (end < text.length() && "*\"”’".indexOf(text.charAt(end)) >= 0) {
                    end++;
                }
                return text.substring(0, end);
            }
        }
        return text;
    }

    private static boolean isEnd(String text, int i) {
        char at = text.charAt(i);
        if ("。！？".indexOf(at) >= 0) {
            return true;
        }
        if (".!?".indexOf(at) < 0) {
            return false;
        }
        String rest = text.substring(i + 1).replaceFirst("^[*\"”’]+", "");
        String before = text.substring(0, i);
        return rest.isEmpty() || rest.matches("(?s)\\s+[\\p{Lu}*\\[`$\"“(].*") && SHORTENED.stream().noneMatch(before::endsWith);
    }
}
