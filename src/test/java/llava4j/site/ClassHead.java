package llava4j.site;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import llava4j.docs.HeadingNames;

/** What stands above and below the two columns of a class: its station in Figure 1, introduction, shapes, and what belongs to it. */
final class ClassHead {

    private static final Pattern PLACE = Pattern.compile("Section \\d(\\.\\d)?|Table \\d+|Appendix");

    private final List<Annotation> all;
    private final Annotation own;

    ClassHead(List<Annotation> all, Annotation own) {
        this.all = all;
        this.own = own;
    }

    /** Links are relative to the annotation's own file, and turned with all others. */
    String html(Markdown markdown) throws IOException {
        StringBuilder out = new StringBuilder("<nav class=\"way\" aria-label=\"the way of a picture\">");
        for (String station : Annotation.STATIONS) {
            all.stream().filter(one -> one.station().equals(station)).findFirst().ifPresent(first ->
                    out.append(station.equals(own.station()) ? "<a aria-current=\"true\" href=\"" : "<a href=\"")
                            .append(first.file().getFileName()).append("\">").append(station).append("</a>"));
        }
        out.append("</nav>\n<nav class=\"here\" aria-label=\"classes of this station\">");
        all.stream().filter(one -> one.station().equals(own.station())).forEach(one ->
                out.append(one == own ? "<a aria-current=\"page\" href=\"" : "<a href=\"").append(one.file().getFileName())
                        .append("\">").append(one.simpleName()).append("</a>"));
        out.append("</nav>\n<header class=\"head\"><p class=\"name\"><code>").append(own.type()).append("</code></p>\n")
                .append(markdown.html("# " + own.title() + "\n\n" + own.intro())).append("</header>\n");
        return out.append(facts()).toString();
    }

    /** A place of the paper leads to the part of docs/paper-map.md that has a row for it. */
    private static String inMap(String place) throws IOException {
        Matcher key = PLACE.matcher(place);
        if (!key.find()) {
            return Markdown.escaped(place);
        }
        String heading = "";
        for (String line : Files.readAllLines(Path.of("docs/paper-map.md"))) {
            heading = line.startsWith("## ") ? line.substring(3) : heading;
            if (line.startsWith("| " + key.group())) {
                return "<a href=\"../paper-map.md#" + HeadingNames.of(heading) + "\">" + Markdown.escaped(place) + "</a>";
            }
        }
        throw new IllegalStateException("docs/paper-map.md has no row for " + key.group());
    }

    private String facts() throws IOException {
        StringBuilder out = new StringBuilder("<aside class=\"aside\">\n");
        if (!own.all("shape").isEmpty()) {
            out.append("<div class=\"table\"><table class=\"shapes\"><thead><tr><th></th><th>in letters</th><th>tiny</th>"
                    + "<th>7B</th></tr></thead><tbody>\n");
            for (String shape : own.all("shape")) {
                String name = shape.substring(0, shape.indexOf('['));
                String letters = shape.substring(shape.indexOf('['));
                out.append("<tr><th>").append(Markdown.escaped(name.strip())).append("</th><td>").append(Markdown.escaped(letters))
                        .append("</td><td>").append(Sizes.TINY.of(letters)).append("</td><td>")
                        .append(Sizes.SEVEN_BILLION.of(letters)).append("</td></tr>\n");
            }
            out.append("</tbody></table></div>\n");
        }
        List<String> places = new ArrayList<>();
        for (String place : own.all("paper")) {
            places.add("<b>Paper</b> " + inMap(place));
        }
        own.all("notebook").forEach(place -> places.add("<b>Notebook</b> <a href=\"../../notebooks/" + place + "\">"
                + place.replaceFirst("\\.ipynb", "").replace("#", ": ").replace("--", "-").replace('-', ' ') + "</a>"));
        own.all("exercise").forEach(name -> places.add("<b>Exercise</b> <a href=\"../../exercises/starters/" + name + "/README.md\">"
                + name.substring(1).replace('_', ' ') + "</a>"));
        places.add("<b>Source</b> <code>" + Links.withSlashes(own.source()).replaceFirst("^src/main/java/", "") + "</code>");
        return out.append("<p class=\"places\">").append(String.join("<br>", places)).append("</p>\n</aside>\n").toString();
    }

    /** The class before and the class after. */
    String neighbours() {
        int place = all.indexOf(own);
        return "<nav class=\"neighbours\">" + (place == 0 ? "<span></span>" : neighbour(all.get(place - 1), "before"))
                + (place == all.size() - 1 ? "" : neighbour(all.get(place + 1), "next")) + "</nav>\n";
    }

    private static String neighbour(Annotation other, String which) {
        return "<a class=\"" + which + "\" href=\"" + other.file().getFileName() + "\"><small>" + which
                + "</small> " + Markdown.escaped(other.title()) + "</a>";
    }
}
