package llava4j.evaluate.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The three kinds of questions, those of the instruction data. */
public enum QuestionKind {
    /** A short question about what is in the picture. */
    CONVERSATION("conv", "conversation"),
    /** The picture is to be described at length. */
    DETAIL("detail", "detailed description"),
    /** The answer has to be reasoned out from what is in the picture. */
    COMPLEX("complex", "reasoning");

    private final String[] names;

    QuestionKind(String... names) {
        this.names = names;
    }

    /** The kind that a file's {@code category} names, with or without the prefix {@code llava_bench_}. */
    static Optional<QuestionKind> of(String category) {
        String name = category.toLowerCase(Locale.ROOT).replaceFirst("^llava_bench_", "");
        return Arrays.stream(values()).filter(kind -> Arrays.asList(kind.names).contains(name)).findFirst();
    }

    /** As in results. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
