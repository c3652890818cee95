package llava4j.site;

import com.github.javaparser.ast.comments.JavadocComment;
import com.github.javaparser.javadoc.JavadocBlockTag;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Javadoc comment as HTML: the notes that stand in the source itself. */
final class Javadoc {

    private static final Pattern INLINE = Pattern.compile("\\{@(code|link|value|linkplain)\\s+([^{}]*(?:\\{[^{}]*}[^{}]*)*)}");
    private static final Pattern RETURN = Pattern.compile("(?s)\\{@return\\s+(.*?)}(?=\\s*(?:<p>|$))");

    private Javadoc() {
    }

    /**
     * The whole comment.
     *
     * @param link where the name of a class leads, or {@code null} if nowhere
     */
    static String html(JavadocComment comment, UnaryOperator<String> link) {
        com.github.javaparser.javadoc.Javadoc parsed = comment.parse();
        StringBuilder out = new StringBuilder();
        String text = text(parsed.getDescription().toText(), link);
        if (!text.isBlank()) {
            out.append("<p>").append(text.replace("<p>", "</p>\n<p>").replaceAll("(?s)(<pre>.*?</pre>)", "</p>$1<p>")
                    .replaceAll("<p>\\s*</p>", "")).append("</p>");
        }
        StringBuilder facts = new StringBuilder();
        for (JavadocBlockTag tag : parsed.getBlockTags()) {
            String what = switch (tag.getType()) {
                case PARAM -> "<code>" + Markdown.escaped(tag.getName().orElse("")) + "</code>";
                case RETURN -> "gives";
                case THROWS -> "throws <code>" + Markdown.escaped(tag.getName().orElse("")) + "</code>";
                default -> "";
            };
            if (!what.isEmpty()) {
                facts.append("<dt>").append(what).append("</dt><dd>").append(text(tag.getContent().toText(), link))
                        .append("</dd>\n");
            }
        }
        return out + (facts.isEmpty() ? "" : "<dl class=\"facts\">" + facts + "</dl>");
    }

    private static String text(String raw, UnaryOperator<String> link) {
        String inline = INLINE.matcher(raw).replaceAll(found -> Matcher.quoteReplacement(
                found.group(1).equals("code") ? "<code>" + Markdown.escaped(found.group(2)) + "</code>"
                        : linked(found.group(2).strip(), link)));
        return RETURN.matcher(inline).replaceAll(found -> Matcher.quoteReplacement("Gives " + found.group(1)));
    }

    /** {@code llava4j.model.Splice#of(Scope)} is shown as Splice.of, and leads to the class's page where it has one. */
    private static String linked(String reference, UnaryOperator<String> link) {
        String[] parts = reference.split("\\s+", 2);
        String name = parts[0].replaceFirst("\\(.*", "");
        int hash = name.indexOf('#');
        String type = (hash < 0 ? name : name.substring(0, hash)).replaceFirst("^.*\\.(?=[A-Z])", "");
        String member = hash < 0 ? "" : name.substring(hash + 1);
        String shown = "<code>" + type + (type.isEmpty() || member.isEmpty() ? "" : ".") + member + "</code>";
        String target = type.isEmpty() ? null : link.apply(type);
        return target == null ? shown : "<a href=\"" + target + "\">" + shown + "</a>";
    }
}
