package llava4j.ablate;

/**
 * A row of one of the paper's tables: one way to train.
 *
 * @param key       names it in files
 * @param name      as in the table
 * @param published the paper's figure; NaN where it has none
 * @param expected  −1 if the paper finds it worse than the table's first row, 1 if better; 0 for the first row itself, and where
 *                  nobody has said
 */
public record Row(String key, String name, double published, int expected) {
}
