package llava4j.ablate;

/**
 * A row of one of the paper's tables: one way to train.
 *
 * @param key       names it in files
 * @param name      as in the table
 * @param published the paper's figure; NaN where it has none
 * @param expected  −1 if the paper finds it worse than the table's first row, 1 if better; 0 for the first row itself, and where
 *                  nobody has said
 * @param like      the paper's figure for what differs from this row in one thing alone; NaN where that is the first row
 */
public record Row(String key, String name, double published, int expected, double like) {

    /** A row that differs from the first one in one thing alone. */
    Row(String key, String name, double published, int expected) {
        this(key, name, published, expected, Double.NaN);
    }
}
