package llava4j.docs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/** The cells of a notebook, each with the headings it stands below. */
final class Notebook {

    /**
     * One cell of code.
     *
     * @param below  names of the headings above it that it belongs to, the innermost last
     * @param source its text
     * @param output its outputs' text
     */
    record Code(List<String> below, String source, String output) {
    }

    private Notebook() {
    }

    /** The cells of code in their order. */
    static List<Code> codeOf(Path file) {
        List<Code> cells = new ArrayList<>();
        List<String> below = new ArrayList<>();
        Map<String, Integer> seen = new HashMap<>();
        for (JsonNode cell : read(file).path("cells")) {
            String source = joined(cell.path("source"));
            if (cell.path("cell_type").asText().equals("code")) {
                StringBuilder output = new StringBuilder();
                cell.path("outputs").forEach(one -> output.append(joined(one.path("data").path("text/markdown"))));
                cells.add(new Code(List.copyOf(below), source, output.toString()));
                continue;
            }
            source.lines().filter(line -> line.matches("#+ .*")).forEach(line -> {
                int depth = line.indexOf(' ');
                while (below.size() >= depth) {
                    below.remove(below.size() - 1);
                }
                while (below.size() < depth - 1) {
                    below.add("");
                }
                below.add(HeadingNames.of(line.substring(depth + 1), seen));
            });
        }
        return cells;
    }

    private static JsonNode read(Path file) {
        try {
            return new ObjectMapper().readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A text that the file keeps as one or as a list of lines. */
    private static String joined(JsonNode text) {
        return text.isArray() ? String.join("", StreamSupport.stream(text.spliterator(), false).map(JsonNode::asText).toList())
                : text.asText("");
    }
}
