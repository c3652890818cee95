package llava4j.site;

import com.github.javaparser.JavaParser;
import com.github.javaparser.ParserConfiguration;
import com.github.javaparser.ast.CompilationUnit;
import com.github.javaparser.ast.body.BodyDeclaration;
import com.github.javaparser.ast.body.CallableDeclaration;
import com.github.javaparser.ast.body.CompactConstructorDeclaration;
import com.github.javaparser.ast.body.ConstructorDeclaration;
import com.github.javaparser.ast.body.TypeDeclaration;
import com.github.javaparser.ast.comments.JavadocComment;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * One class in two columns: notes on the left, the code that they speak of on the right.
 *
 * <p>The comments of class and methods leave the code and become notes; what is written by hand ({@link Annotation}) stands beside
 * them. A row is a method, or a part of one that begins where a note on a line does.
 */
final class ClassPage {

    private static final int INDENT = 4;
    private static final int COLUMN = 96;

    private final Annotation annotation;
    private final UnaryOperator<String> link;
    private final List<String> source;
    private final List<String> coloured;
    private final List<Row> rows = new ArrayList<>();
    private final Set<String> members = new LinkedHashSet<>();
    private final Set<String> unused;

    /** Lines first to last of the source, from 1, with the notes beside them. */
    private record Row(String name, int first, int last, String javadoc, String note, boolean folded) {

        /** Whether a reader who follows the picture may pass it by. */
        boolean aside() {
            return folded && note.isBlank();
        }
    }

    /**
     * @param link where the name of a class leads from this page, or {@code null} if nowhere
     * @throws IllegalStateException if an anchor of a note is not in the source, or a line's is in it several times
     */
    ClassPage(Annotation annotation, UnaryOperator<String> link) throws IOException {
        this.annotation = annotation;
        this.link = link;
        String text = Files.readString(annotation.source());
        source = text.lines().toList();
        coloured = JavaText.lines(text, name -> name.equals(annotation.simpleName()) ? null : link.apply(name));
        unused = new LinkedHashSet<>(annotation.notes().keySet());      // as the rows find theirs, none is left
        CompilationUnit unit = new JavaParser(new ParserConfiguration()
                .setLanguageLevel(ParserConfiguration.LanguageLevel.JAVA_17)).parse(text).getResult().orElseThrow();
        unit.getType(0).getMembers().stream().filter(member -> !member.isFieldDeclaration())
                .forEach(member -> members.add(name(member)));
        requireOneLineEach();
        cut(unit.getType(0));
        if (!unused.isEmpty()) {
            throw new IllegalStateException(annotation.file() + ": " + annotation.source() + " has no method and no line with "
                    + unused);
        }
    }

    /** A note on a line is on one line: if its text stands in several, the first of them need not be the one that is meant. */
    private void requireOneLineEach() {
        for (String anchor : unused) {
            long lines = source.stream().filter(line -> line.contains(anchor)).count();
            if (!members.contains(anchor) && lines > 1) {
                throw new IllegalStateException(annotation.file() + ": \"" + anchor + "\" stands in " + lines + " lines of "
                        + annotation.source() + ": take more of the line");
            }
        }
    }

    private void cut(TypeDeclaration<?> type) {
        int begin = type.getBegin().orElseThrow().line;
        String javadoc = javadoc(type.getJavadocComment());
        String name = "";
        boolean folded = false;
        for (BodyDeclaration<?> member : type.getMembers().stream().sorted((a, b) ->
                a.getBegin().orElseThrow().compareTo(b.getBegin().orElseThrow())).toList()) {
            Optional<JavadocComment> comment = member.getComment().filter(JavadocComment.class::isInstance)
                    .map(JavadocComment.class::cast);
            boolean empty = member instanceof ConstructorDeclaration made && made.getBody().isEmpty() && comment.isEmpty();
            boolean starts = !empty && (comment.isPresent() && !member.isFieldDeclaration() || member instanceof CallableDeclaration
                    || member instanceof CompactConstructorDeclaration || member instanceof TypeDeclaration);
            if (starts) {
                int top = comment.map(c -> c.getBegin().orElseThrow().line).orElse(member.getBegin().orElseThrow().line);
                close(name, begin, top - 1, javadoc, folded);
                begin = member.getBegin().orElseThrow().line;
                javadoc = javadoc(comment);
                name = name(member);
                folded = annotation.folds(name,
                        member instanceof CallableDeclaration<?> method ? method.getParameters().size() : 0);
            }
        }
        close(name, begin, type.getEnd().orElseThrow().line - 1, javadoc, folded);      // without the class's own brace
    }

    private static String name(BodyDeclaration<?> member) {
        return member instanceof CallableDeclaration<?> method ? method.getNameAsString()
                : member instanceof TypeDeclaration<?> nested ? nested.getNameAsString() : "new";
    }

    private String javadoc(Optional<JavadocComment> comment) {
        return comment.map(c -> Javadoc.html(c, link)).orElse("");
    }

    /** A row for a member, and one more at each of its lines that has a note. */
    private void close(String name, int first, int last, String javadoc, boolean folded) {
        int end = last;
        while (end > first && source.get(end - 1).isBlank()) {
            end--;
        }
        String note = unused.remove(name) ? annotation.notes().get(name) : "";
        String said = javadoc;
        int begin = first;
        String shown = name;
        for (int number = first; number <= end; number++) {
            String text = source.get(number - 1);
            Optional<String> anchor = unused.stream().filter(one -> !members.contains(one)).filter(text::contains)
                    .findFirst();
            if (anchor.isPresent()) {
                if (number > begin) {
                    rows.add(new Row(shown, begin, number - 1, said, note, folded));
                    said = "";
                    note = "";
                    shown = "";
                }
                note += annotation.notes().get(anchor.get());
                begin = number;
                unused.remove(anchor.get());
            }
        }
        rows.add(new Row(shown, begin, end, said, note, folded));
    }

    /** The two columns. */
    String html(Markdown markdown) {
        StringBuilder out = new StringBuilder("<div class=\"rows\">\n");
        int imports = (int) source.stream().takeWhile(text -> !text.startsWith("/**")).filter(text -> text.startsWith("import"))
                .count();
        Set<String> named = new LinkedHashSet<>();
        boolean aside = false;
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            if (row.aside() != aside) {
                aside = row.aside();
                out.append(aside ? "<details class=\"more\"><summary>also here: " + names(i) + "</summary>\n" : "</details>\n");
            }
            String id = row.name.isEmpty() || !named.add(row.name) ? "" : " id=\"" + row.name + "\"";
            String heading = row.name.isEmpty() ? "" : "<h3>" + (row.name.equals(annotation.simpleName()) ? "new " : "")
                    + Markdown.escaped(row.name) + "</h3>";
            String note = row.note.isBlank() ? "" : "<div class=\"hand\">" + markdown.html(row.note) + "</div>";
            String javadoc = row.javadoc.isBlank() ? "" : "<div class=\"doc\">" + row.javadoc + "</div>";
            boolean silent = heading.isEmpty() && note.isEmpty() && javadoc.isEmpty();
            out.append("<section class=\"row").append(silent ? " silent" : "").append("\"").append(id).append("><div class=\"note\">")
                    .append(heading).append(row.name.isEmpty() && row == rows.get(0) ? javadoc + note : note + javadoc)
                    .append("</div><div class=\"code\">");
            if (row == rows.get(0) && imports > 0) {
                out.append(folded(imports + (imports == 1 ? " import" : " imports"), importLines()));
            }
            String code = code(row.first, row.last, row == rows.get(0) ? 0 : INDENT);
            out.append(code).append("</div></section>\n");
        }
        return out.append(aside ? "</details>\n" : "").append("</div>\n").toString();
    }

    /** Of the rows from this one on that stand aside together. */
    private String names(int first) {
        return rows.subList(first, rows.size()).stream().takeWhile(Row::aside).map(Row::name).filter(name -> !name.isEmpty()).distinct()
                .map(name -> "<code>" + (name.equals(annotation.simpleName()) ? "new" : name) + "</code>")
                .collect(Collectors.joining(", "));
    }

    private String importLines() {
        int first = 0;
        while (!source.get(first).startsWith("import")) {
            first++;
        }
        int last = first;
        for (int i = first; i < source.size() && !source.get(i).startsWith("/**"); i++) {
            last = source.get(i).startsWith("import") ? i : last;
        }
        return code(first + 1, last + 1, 0);
    }

    private static String folded(String label, String code) {
        return "<details class=\"fold\"><summary>" + label + "</summary>" + code + "</details>";
    }

    private String code(int first, int last, int outdent) {
        StringBuilder out = new StringBuilder("<pre><code class=\"java\">");
        for (int number = first; number <= last; number++) {
            String plain = outdented(source.get(number - 1), outdent);
            String line = outdented(coloured.get(number - 1), outdent);
            // A remark that is set far to the right comes nearer where the column is too narrow for it
            out.append(JavaText.numbered(number, plain.length() <= COLUMN ? line
                    : line.replaceFirst(" {3,}(?=<span class=\"c\">//)", "  "), plain));
        }
        return out.append("</code></pre>").toString();
    }

    private static String outdented(String line, int most) {
        int spaces = 0;
        while (spaces < most && spaces < line.length() && line.charAt(spaces) == ' ') {
            spaces++;
        }
        return line.substring(spaces);
    }

    /** What the search finds on this page besides its introduction: each method with its notes. */
    List<Markdown.Section> sections() {
        List<Markdown.Section> sections = new ArrayList<>();
        Set<String> named = new LinkedHashSet<>();
        for (Row row : rows) {
            if (named.add(row.name) && !row.name.isEmpty()) {
                sections.add(new Markdown.Section(row.name, annotation.simpleName() + "." + row.name,
                        new StringBuilder(row.javadoc.replaceAll("<[^>]*>", " ") + " " + row.note)));
            }
        }
        return sections;
    }
}
