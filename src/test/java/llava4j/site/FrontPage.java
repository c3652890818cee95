package llava4j.site;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The first page: Figure 1, the classes in its order, the notebooks. */
final class FrontPage {

    private final List<Annotation> annotations;

    FrontPage(List<Annotation> annotations) {
        this.annotations = annotations;
    }

    /** Links are relative to the top of the repository. */
    String html() throws IOException {
        Markdown markdown = new Markdown();
        String[] parts = Files.readString(Path.of("docs/annotated/README.md")).split("(?m)^<!-- the list -->$", 2);
        return markdown.html(parts[0]).replace("=\"../../", "=\"").replace("=\"../", "=\"docs/") + classes() + notebooks();
    }

    private String classes() {
        StringBuilder out = new StringBuilder("<div class=\"stations\">\n");
        for (String station : Annotation.STATIONS) {
            List<Annotation> here = annotations.stream().filter(one -> one.station().equals(station)).toList();
            if (!here.isEmpty()) {
                out.append("<section><h2>").append(station).append("</h2><ol>\n");
                here.forEach(one -> out.append("<li><a href=\"").append(one.file()).append("\"><b>")
                        .append(Markdown.escaped(one.title())).append("</b> <code>").append(one.simpleName())
                        .append("</code></a></li>\n"));
                out.append("</ol></section>\n");
            }
        }
        return out.append("</div>\n").toString();
    }

    private static String notebooks() throws IOException {
        StringBuilder out = new StringBuilder("<h2 id=\"notebooks\">Notebooks, with what they print and draw</h2>\n"
                + "<ol class=\"notebooks\">\n");
        try (Stream<Path> files = Files.list(Path.of("notebooks"))) {
            for (Path file : files.filter(file -> file.toString().endsWith(".ipynb")).sorted().toList()) {
                out.append("<li><a href=\"").append(file).append("\">").append(Markdown.escaped(new NotebookPage(file).title()))
                        .append("</a></li>\n");
            }
        }
        return out.append("</ol>\n").toString();
    }
}
