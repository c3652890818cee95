package llava4j.data;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * How much of what is to be learned the tokenizer's vocabulary does not have.
 *
 * <p>All such words are one token, {@code <unk>}: the loss falls all the same, since saying {@code <unk>} is soon learned, and
 * the answers come out with holes.
 */
public final class UnknownTokens {

    /** Every unknown token is counted, but its word looked up in this many samples only: that takes longer than the rest. */
    private static final int LOOKED_UP = 10_000;

    private final Map<String, Integer> words = new HashMap<>();
    private int lookedUp;
    private long learned;
    private long unknown;

    void add(int learned, int unknown, Supplier<List<String>> which) {
        this.learned += learned;
        this.unknown += unknown;
        if (unknown > 0 && lookedUp++ < LOOKED_UP) {
            which.get().forEach(word -> words.merge(word, 1, Integer::sum));
        }
    }

    /** {@return the number of tokens to be learned} */
    public long learned() {
        return learned;
    }

    /** {@return how many of these the vocabulary does not have} */
    public long unknown() {
        return unknown;
    }

    /**
     * {@return the commonest words that the vocabulary does not have, and how often each stands in the first samples that
     * have any}
     *
     * @param most how many are listed
     */
    public List<Map.Entry<String, Integer>> commonest(int most) {
        return words.entrySet().stream().sorted(Comparator.comparing((Map.Entry<String, Integer> e) -> -e.getValue())
                .thenComparing(Map.Entry::getKey)).limit(most).collect(Collectors.toList());
    }

    /** {@return one line: which share, and the commonest words} */
    public String line() {
        return String.format(Locale.ROOT, "%s %% of the words to be learned are not in this tokenizer's vocabulary: %s%s",
                share(), commonest(8).stream().map(Map.Entry::getKey).collect(Collectors.joining(", ")),
                words.size() > 8 ? " ..." : "");
    }

    /** Whole percents where there are many; where there are few, two digits that count. */
    private String share() {
        double percent = 100.0 * unknown / learned;
        return percent >= 9.5 ? String.format(Locale.ROOT, "%.0f", percent)
                : new java.math.BigDecimal(percent).round(new java.math.MathContext(2)).toPlainString();
    }
}
