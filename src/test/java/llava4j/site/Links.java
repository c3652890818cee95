package llava4j.site;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * From the repository's links to the site's: the site lies as the repository does, a page where a text or a source was. What is
 * linked is remembered, so that it becomes a page or is copied.
 */
final class Links {

    private static final Pattern TARGET = Pattern.compile("(\\s(?:href|src|srcset)=\")([^\"]*)(\")");

    private final Map<String, String> annotated = new HashMap<>();
    private final Set<Path> known = new HashSet<>();
    private final Deque<Path> wanted = new ArrayDeque<>();

    Links(Iterable<Annotation> annotations) {
        for (Annotation annotation : annotations) {
            annotated.put(withSlashes(annotation.source()), annotation.page());
            annotated.put(withSlashes(annotation.file()), annotation.page());
        }
    }

    /** A file of the repository that is to be in the site. */
    void want(Path file) {
        if (known.add(file)) {
            wanted.add(file);
        }
    }

    /** The next file to make a page of, or {@code null} when all are made. */
    Path next() {
        return wanted.poll();
    }

    /** Where a file of the repository lies in the site. */
    String url(Path file) {
        String path = withSlashes(file);
        if (annotated.containsKey(path)) {
            return annotated.get(path);
        }
        if (path.startsWith("notebooks") && path.endsWith(".md")
                && Files.exists(Path.of(path.replaceFirst("\\.md$", ".ipynb")))) {
            return path.replaceFirst("\\.md$", ".html");
        }
        if (path.endsWith(".html")) {
            return path + ".txt";                       // to be read as source, not as a page of this site
        }
        return Files.isDirectory(file) ? path + "/index.html" : path.replaceFirst("\\.(md|ipynb|java)$", ".html");
    }

    /** A page's HTML with its links turned; {@code source} is what it was made of, {@code url} where it lies. */
    String turned(Path source, String url, String html) {
        return TARGET.matcher(html).replaceAll(found ->
                Matcher.quoteReplacement(found.group(1) + turned(source, url, found.group(2), true) + found.group(3)));
    }

    private String turned(Path source, String url, String target, boolean remember) {
        if (target.isEmpty() || target.startsWith("#") || target.matches("[A-Za-z][A-Za-z0-9+.-]*:.*") || target.startsWith("//")) {
            return target;
        }
        int hash = target.indexOf('#');
        String fragment = hash < 0 ? "" : target.substring(hash).replaceFirst("^#(L\\d+)-L\\d+$", "#$1");
        String path = URLDecoder.decode((hash < 0 ? target : target.substring(0, hash)).replace("+", "%2B"),
                StandardCharsets.UTF_8);
        Path parent = source.getParent() == null ? Path.of("") : source.getParent();
        Path file = parent.resolve(path).normalize();
        if (!Files.exists(file)) {
            return target;                              // the check of the finished site names it
        }
        if (file.toString().startsWith("notebooks") && file.toString().endsWith(".md")) {
            Path notebook = Path.of(file.toString().replaceFirst("\\.md$", ".ipynb"));
            file = Files.exists(notebook) ? notebook : file;
        }
        want(file);
        return relative(url, url(file)) + fragment;
    }

    /** The way from one page of the site to another. */
    static String relative(String from, String to) {
        Path folder = Path.of(from).getParent();
        return withSlashes(folder == null ? Path.of(to) : folder.relativize(Path.of(to)));
    }

    /** As addresses are written, on Windows too. */
    static String withSlashes(Path path) {
        return path.toString().replace('\\', '/');
    }

    /** The page of an annotated class seen from {@code url}, or {@code null}. */
    String ofClass(String url, Iterable<Annotation> annotations, String name) {
        for (Annotation annotation : annotations) {
            if (annotation.simpleName().equals(name)) {
                return relative(url, annotation.page());
            }
        }
        return null;
    }
}
