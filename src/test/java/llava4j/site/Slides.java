package llava4j.site;

import com.samskivert.mustache.Mustache;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A deck of slides for each notebook: {@code mvn test-compile exec:java@slides} writes {@code target/slides}.
 *
 * <p>A deck is a single HTML file that holds its pictures, its style and KaTeX, so it can be carried on a stick and shown without a
 * network. A browser prints it to a PDF with a slide on each page.
 */
public final class Slides {

    private static final Path OUT = Path.of("target/slides");

    private Slides() {
    }

    /**
     * Writes the decks.
     *
     * @param folders where to, target/slides by default
     * @throws IOException if a file cannot be read or written
     */
    public static void main(String[] folders) throws IOException {
        Path out = folders.length > 0 ? Path.of(folders[0]) : OUT;
        Files.createDirectories(out);
        int decks = 0;
        int slides = 0;
        for (Path notebook : notebooks()) {
            Deck deck = new Deck(notebook);
            Files.writeString(out.resolve(notebook.getFileName().toString().replace(".ipynb", ".html")), html(notebook, deck));
            decks++;
            slides += deck.slides().size();
        }
        System.out.printf("%s: %d decks, %d slides%n", out, decks, slides);
    }

    static List<Path> notebooks() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("notebooks"))) {
            return files.filter(file -> file.toString().endsWith(".ipynb")).sorted().toList();
        }
    }

    /** The whole page. */
    static String html(Path notebook, Deck deck) throws IOException {
        StringBuilder body = new StringBuilder();
        for (Deck.Slide slide : deck.slides()) {
            body.append("<section>\n<div class=\"slide\">\n<h1>").append(slide.heading()).append("</h1>\n").append(slide.shown())
                    .append("</div>\n<aside>").append(slide.notes()).append("</aside>\n</section>\n");
        }
        boolean formulas = body.indexOf("class=\"tex") >= 0;
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("language", Site.isChinese(notebook) ? "zh-CN" : "en");
        values.put("title", Markdown.escaped(deck.title()));
        values.put("katexStyle", formulas ? Katex.wholeStyle() : "");
        values.put("katex", formulas ? new String(Katex.script(), StandardCharsets.UTF_8) : "");
        values.put("style", Site.resource("slides.css"));
        values.put("script", Site.resource("slides.js"));
        values.put("body", body);
        return Mustache.compiler().escapeHTML(false).compile(Site.resource("slides.html")).execute(values);
    }
}
