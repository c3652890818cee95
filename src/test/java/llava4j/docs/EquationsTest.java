package llava4j.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The list of equations")
class EquationsTest {

    private static final Pattern ROW = Pattern.compile(
            "^\\| (.*) \\| \\[\\d\\d]\\(\\.\\./(notebooks/[^#)]+)#([^)]+)\\) \\| `(.*)` \\|$", Pattern.MULTILINE);

    @Test
    @DisplayName("names for each a cell that is there, below the heading that it links, with the code that it shows")
    void everyCellIsThere() throws IOException {
        Matcher row = ROW.matcher(Files.readString(Path.of("docs/equations.md")));
        List<String> missing = new ArrayList<>();
        int rows = 0;
        while (row.find()) {
            rows++;
            String heading = row.group(3);
            String code = row.group(4);
            if (Notebook.codeOf(Path.of(row.group(2))).stream().noneMatch(cell -> cell.below().contains(heading)
                    && cell.source().contains(code))) {
                missing.add(row.group(1) + ": " + row.group(2) + " has no cell with " + code + " below #" + heading);
            }
        }
        assertEquals(List.of(), missing);
        assertTrue(rows >= 35, "rows: " + rows);
    }

    @Test
    @DisplayName("stands in notebooks that show the model: five hundred lines of it and more, where the first nine had thirty-five")
    void theModelIsOnTheReadingPath() throws IOException {
        ReadingPath path = ReadingPath.of(ReadingPath.english());
        assertTrue(path.arithmetic() > 150 && path.arithmetic() + path.shown() > 500, path::toString);
    }
}
