package llava4j.show;

/** What a chart draws: one curve or one kind of bar. */
public record Series(String name, double... values) {
}
