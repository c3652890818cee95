package llava4j.site;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What is said of one class by hand: {@code docs/annotated/NN-name.md}.
 *
 * <p>A comment below the heading names the class, its station in Figure 1, its place in the paper, the notebooks and exercises
 * that belong to it, methods that stand folded away, and shapes in letters ({@link Sizes}). The text up to the first
 * {@code ## at} is the introduction. Each {@code ## at `of`} is a note on the method of that name, each
 * {@code ## at `hq.rename(`} one on the first line that has this text.
 *
 * @param file  the page
 * @param title its heading
 * @param facts the comment's lines, by their first word; a word may have several
 * @param intro Markdown
 * @param notes Markdown by anchor
 */
record Annotation(Path file, String title, Map<String, List<String>> facts, String intro, Map<String, String> notes) {

    /** The stations of Figure 1, in the order of a picture's way. */
    static final List<String> STATIONS = List.of("image", "vision", "connector", "splice", "language", "loss", "the two stages",
            "decoding");

    private static final Path FOLDER = Path.of("docs/annotated");
    private static final Pattern FORM = Pattern.compile("(?s)# (?<title>[^\\n]+)\\n+<!--(?<facts>.*?)-->\\n(?<intro>.*)");
    private static final Pattern ANCHOR = Pattern.compile("(?m)^## at `(.+)`$");

    /** All of them, in the order of their numbers. */
    static List<Annotation> all() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            List<Annotation> all = new ArrayList<>();
            for (Path file : files.filter(file -> file.getFileName().toString().matches("\\d\\d-.*\\.md")).sorted().toList()) {
                all.add(of(file));
            }
            return all;
        }
    }

    private static Annotation of(Path file) throws IOException {
        Matcher parts = FORM.matcher(Files.readString(file));
        if (!parts.matches()) {
            throw new IllegalStateException(file + ": begins neither with a heading nor with a comment that names the class");
        }
        Map<String, List<String>> facts = new LinkedHashMap<>();
        parts.group("facts").strip().lines().forEach(line -> facts.computeIfAbsent(line.substring(0, line.indexOf(':')),
                key -> new ArrayList<>()).add(line.substring(line.indexOf(':') + 1).strip()));
        String text = parts.group("intro");
        Matcher anchor = ANCHOR.matcher(text);
        int end = text.length();
        Map<String, String> notes = new LinkedHashMap<>();
        String open = null;
        int begin = 0;
        while (anchor.find()) {
            if (open == null) {
                end = anchor.start();
            } else {
                notes.put(open, text.substring(begin, anchor.start()));
            }
            open = anchor.group(1);
            begin = anchor.end();
        }
        if (open != null) {
            notes.put(open, text.substring(begin));
        }
        Annotation made = new Annotation(file, parts.group("title"), facts, text.substring(0, end), notes);
        if (!STATIONS.contains(made.station())) {
            throw new IllegalStateException(file + ": station " + made.station() + " is none of " + STATIONS);
        }
        return made;
    }

    /** The class's full name. */
    String type() {
        return fact("class");
    }

    String simpleName() {
        return type().substring(type().lastIndexOf('.') + 1);
    }

    String station() {
        return fact("station");
    }

    /** The one line of that name. */
    String fact(String name) {
        List<String> lines = all(name);
        if (lines.size() != 1) {
            throw new IllegalStateException(file + ": has " + lines.size() + " lines \"" + name + ":\", and needs one");
        }
        return lines.get(0);
    }

    List<String> all(String name) {
        return facts.getOrDefault(name, List.of());
    }

    /** Whether a method stands folded away: by its name, or by name and number of parameters, as in {@code run/3}. */
    boolean folds(String method, int parameters) {
        return all("fold").contains(method) || all("fold").contains(method + "/" + parameters);
    }

    /** Its source in the repository. */
    Path source() {
        return Path.of("src/main/java", type().replace('.', '/') + ".java");
    }

    /** Its page in the site. */
    String page() {
        return "annotated/" + file.getFileName().toString().replaceFirst("\\.md$", ".html");
    }
}
