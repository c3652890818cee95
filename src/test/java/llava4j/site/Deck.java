package llava4j.site;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The slides of a notebook, made of its own text and figures.
 *
 * <p>A heading begins a slide. Of a paragraph its first sentence is shown, and the whole goes into the notes of whoever speaks; what is
 * to be looked at or thought about stays whole: questions to predict, their folded answers, lists, formulas, tables, pictures and
 * short pieces of code. A full slide goes on upon the next, under the same heading.
 */
final class Deck {

    private static final Pattern LINK = Pattern.compile("(?s)<a\\s[^>]*href=\"(?!https?:)[^\"]*\"[^>]*>(.*?)</a>");
    /** What fits, in lines of text. */
    private static final double ROOM = 11;
    private static final int MOST_CODE = 12;
    private static final double PICTURE = 7;

    private final JsonNode cells;
    private final Markdown markdown = new Markdown();
    private final List<Slide> slides = new ArrayList<>();
    private double used;

    /**
     * @param heading HTML
     * @param shown   blocks of HTML, one below the other
     * @param notes   HTML that only the speaker sees
     */
    record Slide(String heading, StringBuilder shown, StringBuilder notes) {
    }

    Deck(Path notebook) throws IOException {
        cells = new ObjectMapper().readTree(notebook.toFile()).get("cells");
        for (JsonNode cell : cells) {
            String source = NotebookPage.joined(cell.get("source"));
            if (cell.get("cell_type").asText().equals("markdown")) {
                blocks(source).forEach(this::text);
            } else {
                code(source, cell.get("outputs"));
            }
        }
        slides.removeIf(slide -> slide.shown().length() == 0 && slide.notes().length() == 0 && slides.indexOf(slide) > 0);
    }

    List<Slide> slides() {
        return slides;
    }

    /** The heading of the notebook. */
    String title() {
        return slides.get(0).heading().replaceAll("<[^>]+>", "");
    }

    /** The pieces of a cell that stand apart by an empty line; a fence, a formula and a folded answer may have some inside. */
    static List<String> blocks(String source) {
        List<String> blocks = new ArrayList<>();
        StringBuilder block = new StringBuilder();
        for (String line : source.lines().toList()) {
            String all = block + line;
            boolean open = count(all, "```") % 2 == 1 || count(all, "$$") % 2 == 1 || count(all, "<details") > count(all, "</details>");
            boolean heading = line.startsWith("#") && !open;
            if ((line.isBlank() && !open || heading) && !block.toString().isBlank()) {
                blocks.add(block.toString().strip());
                block.setLength(0);
            }
            block.append(line).append('\n');
            if (heading) {
                blocks.add(block.toString().strip());
                block.setLength(0);
            }
        }
        if (!block.toString().isBlank()) {
            blocks.add(block.toString().strip());
        }
        return blocks;
    }

    private void text(String block) {
        if (block.startsWith("#") && !block.contains("\n")) {
            slides.add(new Slide(inline(block.replaceFirst("^#+ *", "")), new StringBuilder(), new StringBuilder()));
            used = 0;
        } else if (block.matches("\\[[^\\]]*\\]\\([^)]*\\)")) {
            return;                                                // the way to the other language
        } else if (block.startsWith("|")) {
            show(html(block), block.lines().count() * 0.8);
        } else if (block.startsWith("$$")) {
            show(html(block), 2.5);
        } else if (block.startsWith("<") || block.startsWith("```") || block.startsWith("![")) {
            show(html(block), block.startsWith("<details") ? 1 : block.lines().count() * 0.8);
        } else if (block.matches("(?s)(?:[-*] |\\d+\\. ).*")) {
            for (String item : block.split("\\n(?=(?:[-*] |\\d+\\. ))")) {
                show(html(item), lines(item));
            }
        } else if (block.startsWith("**")) {
            show(html(block), lines(block));
        } else {
            String first = FirstSentence.of(block);
            show(html(first), lines(first));
            notes(block, first);
        }
    }

    private void code(String source, JsonNode outputs) {
        boolean preparation = source.startsWith("%") || source.startsWith("import ");
        String code = "<pre><code class=\"java\">" + JavaText.coloured(source) + "</code></pre>";
        long lines = source.lines().count();
        if (!preparation && lines <= MOST_CODE) {
            show(code, lines * 0.7);
        } else if (!preparation) {
            slides.get(slides.size() - 1).notes().append(code);
        }
        for (JsonNode output : outputs) {
            String html = NotebookPage.output(output, markdown);
            show(plain(html), html.contains("<img") ? PICTURE : 1 + count(html, "<tr") * 0.8 + count(html, "\n") * 0.3);
        }
    }

    private void notes(String block, String first) {
        if (first.length() < block.strip().length()) {
            slides.get(slides.size() - 1).notes().append(html(block));
        }
    }

    /** Adds a block, on a new slide if this one would be too full. */
    private void show(String html, double height) {
        Slide slide = slides.get(slides.size() - 1);
        if (slide.shown().length() > 0 && used + height > ROOM) {
            slide = new Slide(slide.heading(), new StringBuilder(), new StringBuilder());
            slides.add(slide);
            used = 0;
        }
        slide.shown().append(html).append('\n');
        used += height;
    }

    private String html(String text) {
        return plain(markdown.html(text));
    }

    private String inline(String text) {
        return html(text).strip().replaceAll("^<p>|</p>$", "");
    }

    /** A deck is one file: a link that would lead out of it becomes plain text, and nothing can be the aim of one. */
    private static String plain(String html) {
        return LINK.matcher(html).replaceAll("$1").replaceAll(" id=\"[^\"]*\"", "");
    }

    private static double lines(String text) {
        return Math.ceil(text.length() / 85.0);
    }

    private static int count(String text, String part) {
        return text.split(Pattern.quote(part), -1).length - 1;
    }
}
