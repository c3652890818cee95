package llava4j.show;

import java.util.List;
import java.util.stream.Collectors;

/** Rows as a Markdown table. */
public final class Table {

    private final StringBuilder text = new StringBuilder();

    /**
     * A table with these columns and no rows yet.
     *
     * @param columns headings, from left to right
     */
    public Table(String... columns) {
        text.append(row(List.of(columns))).append("|").append(" --- |".repeat(columns.length)).append('\n');
    }

    /**
     * Adds a row; a number is shown as it prints.
     *
     * @param cells one for each column
     * @return this table
     */
    public Table row(Object... cells) {
        text.append(row(List.of(cells)));
        return this;
    }

    private static String row(List<?> cells) {
        return cells.stream().map(cell -> String.valueOf(cell).replace("|", "\\|").replace("<", "&lt;")
                        .replaceAll("\\s*\n\\s*", " "))
                .collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    /** The table in Markdown. */
    @Override
    public String toString() {
        return text.toString();
    }
}
