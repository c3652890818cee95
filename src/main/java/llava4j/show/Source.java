package llava4j.show;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.ReturnTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import llava4j.error.UserError;

/**
 * A method of this project as it stands in its file, to be read beside the equation that it computes.
 *
 * <p>The text is taken from the source tree that the running classes were built from: the folder above {@code target/classes} or
 * above the jar. It is found by the compiler's own parser, overloads and all. What one would get wrong: looking for the method by
 * its name in the text, which finds its calls and comments first.
 */
public final class Source {

    private static final Path SOURCES = Path.of("src/main/java");
    private static final Pattern ESCAPED = Pattern.compile("\\\\u([0-9a-fA-F]{4})");

    private final Path file;
    private final List<String> lines;
    private final CompilationUnitTree unit;
    private final DocTrees trees;
    private final StringBuilder markdown = new StringBuilder();
    private String classSentence = "";

    private Source(Path file, JavacTask task) throws IOException {
        this.file = file;
        this.lines = Files.readAllLines(file);
        this.unit = task.parse().iterator().next();
        this.trees = DocTrees.instance(task);
    }

    /**
     * {@return the methods of that name in a class, in Markdown: what it does, where it stands, and its numbered lines}
     *
     * @param type   a public class of this project
     * @param method its name; a record's or class's constructor is {@code new}
     * @throws UserError if the sources are not at hand, or the class has no such method
     */
    public static String of(Class<?> type, String method) {
        return of(type.getName(), method);
    }

    /**
     * {@return the same for a class that only its own package can name}
     *
     * @param type   the class's full name, such as {@code "llava4j.model.Splice"}
     * @param method its name; a constructor is {@code new}
     * @throws UserError if the sources are not at hand, or the class has no such method
     */
    public static String of(String type, String method) {
        String nested = type.contains("$") ? type.substring(0, type.indexOf('$')) : type;
        return parsed(found(nested)).methods(type.substring(type.lastIndexOf(type.contains("$") ? '$' : '.') + 1), method);
    }

    /** The file of a class, in the folder that the running classes were built from. */
    private static Path found(String type) {
        Path below = SOURCES.resolve(type.replace('.', '/') + ".java");
        Path start = builtIn();
        for (Path folder = start; folder != null; folder = folder.getParent()) {
            if (Files.isRegularFile(folder.resolve(below))) {
                return folder.resolve(below);
            }
        }
        throw UserError.of("no source of %s: there is no %s in %s or in any folder above it. Run this in a checkout of the "
                + "project, with the classes that were built there, and write the class's name with its package", type, below, start);
    }

    private static Path builtIn() {
        try {
            CodeSource code = Source.class.getProtectionDomain().getCodeSource();
            return Path.of(code.getLocation().toURI()).toAbsolutePath();
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Source parsed(Path file) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw UserError.of("this Java has no compiler, which reads the sources: start the notebook with a JDK");
        }
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            return new Source(file, (JavacTask) compiler.getTask(null, files, null, List.of("-proc:none"), null,
                    files.getJavaFileObjects(file)));
        } catch (IOException unreadable) {
            throw UserError.of("%s: cannot be read: %s", file, unreadable.getMessage());
        }
    }

    private String methods(String type, String method) {
        String name = method.equals("new") ? "<init>" : method;
        List<String> others = new ArrayList<>();
        new TreePathScanner<Void, String>() {
            @Override
            public Void visitClass(ClassTree node, String outer) {
                String own = node.getSimpleName().toString();
                classSentence = own.equals(type) ? sentence(getCurrentPath()) : classSentence;
                return super.visitClass(node, own);
            }

            @Override
            public Void visitMethod(MethodTree node, String owner) {
                if (type.equals(owner)) {
                    others.add(node.getName().toString());
                    if (node.getName().contentEquals(name)) {
                        add(type + "." + method, node, getCurrentPath());
                    }
                }
                return null;    // an anonymous class inside it is part of it
            }
        }.scan(unit, "");
        if (markdown.isEmpty()) {
            throw UserError.of("%s has no method %s in %s: it has %s", type, method, file, others.stream().distinct()
                    .map(one -> one.equals("<init>") ? "new" : one).collect(Collectors.joining(", ")));
        }
        return markdown.toString();
    }

    private void add(String title, MethodTree method, TreePath path) {
        long begin = trees.getSourcePositions().getStartPosition(unit, method);
        long end = trees.getSourcePositions().getEndPosition(unit, method);
        int first = (int) unit.getLineMap().getLineNumber(begin);
        int last = (int) unit.getLineMap().getLineNumber(end);
        Path link = Path.of("").toAbsolutePath().relativize(file);
        String said = sentence(path).isEmpty() ? classSentence : sentence(path);
        markdown.append(markdown.isEmpty() ? "" : "\n").append("**`").append(title).append("`** ")
                .append(String.format("([%s, lines %d to %d](%s#L%d-L%d)): %s%n%n```java%n", file.getFileName(), first, last,
                        link.toString().replace('\\', '/'), first, last, said).replace("\r", ""));
        List<String> body = lines.subList(first - 1, last);
        int indent = body.stream().filter(line -> !line.isBlank())
                .mapToInt(line -> line.length() - line.stripLeading().length()).min().orElse(0);
        for (int i = 0; i < body.size(); i++) {
            String line = body.get(i);
            markdown.append(String.format("%3d  %s", first + i, line.isBlank() ? "" : line.substring(indent)).stripTrailing())
                    .append('\n');
        }
        markdown.append("```\n");
    }

    /** The first sentence of a comment, as text; empty where there is none. */
    private String sentence(TreePath path) {
        DocCommentTree comment = trees.getDocCommentTree(path);
        if (comment == null) {
            return "";
        }
        String raw = comment.getFirstSentence().stream().flatMap(Source::parts).map(DocTree::toString)
                .collect(Collectors.joining());
        // The compiler writes what is not ASCII as backslash-u and four digits
        return ESCAPED.matcher(raw).replaceAll(code -> String.valueOf((char) Integer.parseInt(code.group(1), 16)))
                .replaceAll("\\{@(?:code|link) ([^}]*)}", "`$1`").replace("&lt;", "<")
                .replaceAll("</?em>", "*").replaceAll("\\s+", " ").strip();
    }

    private static Stream<? extends DocTree> parts(DocTree part) {
        return part instanceof ReturnTree back ? back.getDescription().stream() : Stream.of(part);
    }
}
