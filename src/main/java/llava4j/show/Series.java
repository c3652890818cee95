package llava4j.show;

/**
 * What a chart draws: one curve or one kind of bar.
 *
 * @param name   in the legend
 * @param values one for each step or category
 */
public record Series(String name, double... values) {
}
