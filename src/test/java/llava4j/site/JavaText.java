package llava4j.site;

import com.github.javaparser.GeneratedJavaParserConstants;
import com.github.javaparser.GeneratedJavaParserTokenManager;
import com.github.javaparser.JavaToken.Category;
import com.github.javaparser.Providers;
import com.github.javaparser.SimpleCharStream;
import com.github.javaparser.Token;
import com.github.javaparser.TokenTypes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.UnaryOperator;

/** Java as HTML: each token in a span of its kind, one string for each line. */
final class JavaText {

    /** A line of at most so many characters fits wherever it stands. */
    private static final int SHORT = 34;

    /** Leads nowhere. */
    static final UnaryOperator<String> UNLINKED = name -> null;

    private JavaText() {
    }

    /**
     * The lines of a source, coloured.
     *
     * @param java a whole file, or any piece of one: a notebook's cell is no compilation unit
     * @param link where the name of a class leads, or {@code null} if nowhere
     */
    static List<String> lines(String java, UnaryOperator<String> link) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        boolean annotation = false;
        for (Token token : tokens(java)) {
            Category category = TokenTypes.getCategory(token.kind);
            String kind = annotation && category.isIdentifier() ? "a" : kind(token, category);
            annotation = token.image.equals("@");
            String target = category.isIdentifier() ? link.apply(token.image) : null;
            String[] parts = token.image.split("\\R", -1);
            for (int i = 0; i < parts.length; i++) {
                if (i > 0) {
                    lines.add(line.toString());
                    line.setLength(0);
                }
                String text = Markdown.escaped(parts[i]);
                line.append(text.isEmpty() || kind.isEmpty() && target == null ? text
                        : target != null ? "<a class=\"t\" href=\"" + target + "\">" + text + "</a>"
                        : "<span class=\"" + kind + "\">" + text + "</span>");
            }
        }
        lines.add(line.toString());
        return lines;
    }

    /** A piece as one text, without links. Lines that speak to the notebook's kernel, such as {@code %classpath}, stay plain. */
    static String coloured(String java) {
        StringBuilder out = new StringBuilder();
        String rest = java;
        while (rest.startsWith("%")) {
            int end = rest.indexOf('\n') < 0 ? rest.length() : rest.indexOf('\n') + 1;
            out.append(Markdown.escaped(rest.substring(0, end)));
            rest = rest.substring(end);
        }
        if (rest.isBlank() || !rest.lines().allMatch(line -> line.matches(" *\\d+(  .*)?"))) {
            return out + String.join("\n", lines(rest, UNLINKED));
        }
        // A listing, as llava4j.show.Source prints it, is Java after its numbers
        List<String> numbers = rest.lines().map(line -> line.replaceFirst("^( *\\d+).*", "$1")).toList();
        List<String> code = lines(rest.replaceAll("(?m)^ *\\d+(?:  )?", ""), UNLINKED);
        for (int i = 0; i < numbers.size(); i++) {
            out.append("<span class=\"n\">").append(numbers.get(i)).append("</span>  ").append(code.get(i)).append('\n');
        }
        return out.toString();
    }

    /**
     * A line that can be linked, and that hangs where it is too long for its column.
     *
     * @param coloured as {@link #lines} gives it
     * @param plain    the same without colours
     */
    static String numbered(int number, String coloured, String plain) {
        int indent = plain.length() - plain.stripLeading().length();
        String hangs = plain.length() > SHORT ? " style=\"--i:" + indent + "\"" : "";
        return "<span class=\"l\" id=\"L" + number + "\"" + hangs + ">" + coloured + "\n</span>";
    }

    private static String kind(Token token, Category category) {
        return switch (category) {
            case COMMENT -> "c";
            case KEYWORD -> "k";
            case LITERAL -> token.image.startsWith("\"") || token.image.startsWith("'") ? "s"
                    : token.image.matches("true|false|null") ? "k" : "d";
            case IDENTIFIER -> Character.isUpperCase(token.image.charAt(0)) ? "t" : "";
            default -> "";
        };
    }

    private static List<Token> tokens(String java) {
        GeneratedJavaParserTokenManager scanner =
                new GeneratedJavaParserTokenManager(new SimpleCharStream(Providers.provider(java)));
        List<Token> tokens = new ArrayList<>();
        Token token;
        do {
            token = scanner.getNextToken();
            Deque<Token> before = new ArrayDeque<>();           // space and comments hang on the token after them
            for (Token special = token.specialToken; special != null; special = special.specialToken) {
                before.addFirst(special);
            }
            tokens.addAll(before);
            tokens.add(token);
        } while (token.kind != GeneratedJavaParserConstants.EOF);
        tokens.remove(tokens.size() - 1);
        return tokens;
    }
}
