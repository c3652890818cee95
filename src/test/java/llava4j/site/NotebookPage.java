package llava4j.site;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** A notebook with the outputs that lie in its file. */
final class NotebookPage {

    private final JsonNode cells;
    private final String preparation;

    NotebookPage(Path file) throws IOException {
        cells = new ObjectMapper().readTree(file.toFile()).get("cells");
        preparation = Site.isChinese(file) ? "准备" : "preparation";
    }

    /** The first cell's heading. */
    String title() {
        return joined(cells.get(0).get("source")).lines().filter(line -> line.startsWith("# ")).findFirst().orElse("# ")
                .substring(2);
    }

    String html(Markdown markdown) {
        StringBuilder out = new StringBuilder();
        for (JsonNode cell : cells) {
            String source = joined(cell.get("source"));
            if (cell.get("cell_type").asText().equals("markdown")) {
                out.append(markdown.html(source));
                continue;
            }
            boolean folded = source.startsWith("%") || source.startsWith("import ");
            String code = "<pre><code class=\"java\">" + JavaText.coloured(source) + "</code></pre>";
            out.append("<div class=\"cell\">").append(folded
                    ? "<details class=\"fold\"><summary>" + preparation + "</summary>" + code + "</details>" : code).append("</div>\n");
            for (JsonNode output : cell.get("outputs")) {
                out.append("<div class=\"output\">").append(output(output, markdown)).append("</div>\n");
            }
        }
        return out.toString();
    }

    /** What a cell has put out, as HTML. */
    static String output(JsonNode output, Markdown markdown) {
        if (output.has("text")) {
            return "<pre>" + Markdown.escaped(joined(output.get("text"))) + "</pre>";
        }
        JsonNode data = output.path("data");
        for (String picture : new String[] {"image/png", "image/gif", "image/jpeg"}) {
            if (data.has(picture)) {
                return "<img alt=\"what the cell draws\" src=\"data:" + picture + ";base64,"
                        + joined(data.get(picture)).replaceAll("\\s", "") + "\">";
            }
        }
        if (data.has("text/html")) {
            return joined(data.get("text/html"));
        }
        return data.has("text/markdown") ? markdown.html(joined(data.get("text/markdown")))
                : "<pre>" + Markdown.escaped(joined(data.path("text/plain"))) + "</pre>";
    }

    /** A text that the notebook's file holds whole or as a list of lines. */
    static String joined(JsonNode text) {
        return text.isTextual() ? text.asText()
                : StreamSupport.stream(text.spliterator(), false).map(JsonNode::asText).collect(Collectors.joining());
    }
}
