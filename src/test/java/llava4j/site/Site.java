package llava4j.site;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The annotated LLaVA as a static site: classes with their notes, notebooks with their outputs, and the pages of the documentation,
 * made of this checkout.
 *
 * <p>{@code mvn test-compile exec:java@site} writes {@code target/site}. Nothing of it is fetched when it is read: formulas, their
 * fonts and the search lie beside the pages, and work from a folder as from a server.
 */
public final class Site {

    /** What stands at the top of every page. */
    private static final Map<String, String> ENGLISH = Map.of("code", "code", "notebooks", "notebooks", "map", "paper map",
            "exercises", "exercises", "search", "Search");
    private static final Map<String, String> CHINESE = Map.of("code", "代码", "notebooks", "笔记本", "map", "论文对照",
            "exercises", "练习", "search", "搜索");

    private static final Path OUT = Path.of("target/site");

    private final Path out;
    private final List<Annotation> annotations;
    private final Links links;
    private final Template frame = Mustache.compiler().escapeHTML(false).compile(resource("page.html"));
    private final List<Map<String, String>> found = new ArrayList<>();
    private int pages;

    private Site(Path out) throws IOException {
        this.out = out;
        annotations = Annotation.all();
        links = new Links(annotations);
    }

    /**
     * Writes the site and checks its links.
     *
     * @param folders where to, target/site by default
     * @throws IOException if a file cannot be read or written
     */
    public static void main(String[] folders) throws IOException {
        long begin = System.nanoTime();
        Path out = folders.length > 0 ? Path.of(folders[0]) : OUT;
        int pages = write(out);
        List<String> broken = SiteCheck.broken(out);
        broken.forEach(System.err::println);
        if (!broken.isEmpty()) {
            throw new IllegalStateException(broken.size() + " links of the site lead nowhere");
        }
        System.out.printf("%s: %d pages in %.1f s, every link inside leads somewhere%n", out.resolve("index.html"), pages,
                (System.nanoTime() - begin) / 1e9);
    }

    /** Writes the site into an empty or older folder, and says how many pages it has. */
    static int write(Path out) throws IOException {
        if (Files.exists(out)) {
            try (Stream<Path> old = Files.walk(out)) {
                for (Path path : old.sorted((a, b) -> b.compareTo(a)).toList()) {
                    Files.delete(path);
                }
            }
        }
        Site site = new Site(out);
        site.writeAll();
        return site.pages;
    }

    private void writeAll() throws IOException {
        copyOwnFiles();
        for (Annotation annotation : annotations) {
            annotated(annotation);
        }
        for (Path start : beginnings()) {
            links.want(start);
        }
        FrontPage front = new FrontPage(annotations);
        page("index.html", Path.of("README.md"), "llava4j, the annotated LLaVA", front.html(), "front");
        for (Path file = links.next(); file != null; file = links.next()) {
            String url = links.url(file);
            if (Files.isDirectory(file)) {
                folder(file, url);
            } else if (url.startsWith("annotated/")) {
                continue;                                                  // written already
            } else if (file.toString().endsWith(".md")) {
                text(file, url);
            } else if (file.toString().endsWith(".ipynb")) {
                notebook(file, url);
            } else if (file.toString().endsWith(".java")) {
                source(file, url);
            } else {
                copy(Files.readAllBytes(file), url);
            }
        }
        // A script, not JSON: a page that was opened from a folder may load no other data
        copy(("window.SEARCH=" + new ObjectMapper().writeValueAsString(found) + ";").getBytes(StandardCharsets.UTF_8),
                "site/search-index.js");
    }

    /** What is in the site whether it is linked or not. */
    private static List<Path> beginnings() throws IOException {
        List<Path> all = new ArrayList<>(Stream.of("README.md", "docs/paper-map.md", "docs/annotated/README.md",
                "exercises/README.md").map(Path::of).toList());
        try (Stream<Path> files = Files.list(Path.of("notebooks"))) {
            all.addAll(files.filter(file -> file.toString().endsWith(".ipynb")).sorted().toList());
        }
        return all;
    }

    private void annotated(Annotation annotation) throws IOException {
        UnaryOperator<String> link = name -> links.ofClass(annotation.page(), annotations, name);
        ClassPage columns = new ClassPage(annotation, link);
        Markdown markdown = new Markdown();
        String body = new ClassHead(annotations, annotation).html(markdown) + columns.html(markdown)
                + new ClassHead(annotations, annotation).neighbours();
        page(annotation.page(), annotation.file(), annotation.title(), body, "annotated");
        String title = annotation.title() + " · " + annotation.simpleName();
        Markdown.Section head = markdown.sections().get(0);
        index(annotation.page(), title, "code", List.of(new Markdown.Section(head.anchor(), title, head.text())));
        index(annotation.page(), title, "code", columns.sections());
    }

    private void text(Path file, String url) throws IOException {
        Markdown markdown = new Markdown();
        String body = markdown.html(Files.readString(file));
        page(url, file, markdown.title(), body, "text");
        index(url, markdown.title(), file.startsWith("exercises") ? "exercise" : "page", markdown.sections());
    }

    private void notebook(Path file, String url) throws IOException {
        Markdown markdown = new Markdown();
        String body = new NotebookPage(file).html(markdown);
        page(url, file, markdown.title(), body, "notebook text");
        index(url, markdown.title(), "notebook", markdown.sections());
    }

    private void source(Path file, String url) throws IOException {
        String text = Files.readString(file);
        List<String> plain = text.lines().toList();
        List<String> lines = JavaText.lines(text, name -> links.ofClass(url, annotations, name));
        StringBuilder code = new StringBuilder("<h1><code>" + file.getFileName() + "</code></h1>\n<p class=\"where\">" + file.getParent()
                + "</p>\n<div class=\"code whole\"><pre><code class=\"java\">");
        for (int i = 0; i < plain.size(); i++) {
            code.append(JavaText.numbered(i + 1, lines.get(i), plain.get(i)));
        }
        page(url, file, file.getFileName().toString(), code.append("</code></pre></div>").toString(), "source");
    }

    private void folder(Path folder, String url) throws IOException {
        StringBuilder list = new StringBuilder("<h1><code>" + folder + "</code></h1>\n<ul class=\"files\">\n");
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(file -> !file.getFileName().toString().startsWith(".")).sorted().toList()) {
                // A folder of pictures or weights is named, not copied
                boolean page = file.toString().matches(".*\\.(java|md|txt)");
                list.append("<li>").append(page ? "<a href=\"" + file.getFileName() + "\">" + file.getFileName() + "</a>"
                        : file.getFileName()).append("</li>\n");
            }
        }
        page(url, folder.resolve("index"), folder.toString(), list.append("</ul>").toString(), "text");
    }

    private void page(String url, Path source, String title, String body, String kind) throws IOException {
        Map<String, Object> values = new LinkedHashMap<>();
        String home = Links.relative(url, "index.html");
        values.put("root", home.substring(0, home.length() - "index.html".length()));
        values.put("title", Markdown.escaped(title));
        values.put("kind", kind);
        boolean chinese = isChinese(source);
        values.put("language", chinese ? "zh-CN" : "en");
        values.putAll(chinese ? CHINESE : ENGLISH);
        values.put("formulas", body.contains("class=\"tex"));
        values.put("body", links.turned(source, url, body));
        copy(frame.execute(values).getBytes(StandardCharsets.UTF_8), url);
        pages++;
    }

    private void index(String url, String title, String kind, List<Markdown.Section> sections) {
        for (Markdown.Section section : sections) {
            found.add(Map.of("t", title, "h", section.heading(), "k", kind, "x", section.text().toString().strip(),
                    "u", section.anchor().isEmpty() ? url : url + "#" + section.anchor()));
        }
    }

    /** Style, script, KaTeX with its fonts. */
    private void copyOwnFiles() throws IOException {
        for (String name : List.of("style.css", "site.js")) {
            copy(resource(name).getBytes(StandardCharsets.UTF_8), "site/" + name);
        }
        copy(Katex.script(), "site/katex/katex.min.js");
        copy(Katex.style().getBytes(StandardCharsets.UTF_8), "site/katex/katex.min.css");
        for (String font : Katex.fonts()) {
            copy(Katex.font(font), "site/katex/" + font);
        }
        copy(Katex.licence(), "site/katex/LICENSE");
    }

    /** Whether a page or a notebook is a Chinese one. */
    static boolean isChinese(Path source) {
        return source.toString().contains(".zh-CN.");
    }

    /** A file that all pages share. */
    static String resource(String name) throws IOException {
        return new String(Katex.bytes("llava4j/site/" + name), StandardCharsets.UTF_8);
    }

    private void copy(byte[] content, String url) throws IOException {
        Path file = out.resolve(url);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
    }
}
