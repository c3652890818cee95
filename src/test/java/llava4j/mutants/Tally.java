package llava4j.mutants;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What came of one format's mutants, counted: a line of the table. */
final class Tally {

    private static final String ROW = "%-26s %6s %8s %6s %9s %7s %8s";

    private final String format;
    private final Map<Verdict.Kind, Integer> counts = new EnumMap<>(Verdict.Kind.class);
    private final List<String> faults = new ArrayList<>();
    private double seconds;

    Tally(String format) {
        this.format = format;
    }

    void add(Mutant mutant, Verdict verdict, double seconds) {
        counts.merge(verdict.kind(), 1, Integer::sum);
        this.seconds += seconds;
        if (verdict.kind() == Verdict.Kind.FAULT) {
            faults.add(mutant.name() + ": " + verdict.message());
        }
    }

    /** {@return all of some formats together} */
    static Tally of(List<Tally> formats) {
        Tally all = new Tally("all");
        for (Tally format : formats) {
            format.counts.forEach((kind, count) -> all.counts.merge(kind, count, Integer::sum));
            all.faults.addAll(format.faults);
            all.seconds += format.seconds;
        }
        return all;
    }

    /** A line for each fault: the mutant, and what was wrong. */
    List<String> faults() {
        return faults;
    }

    static String header() {
        return String.format(ROW, "format", "tried", "refused", "same", "accepted", "faults", "seconds");
    }

    @Override
    public String toString() {
        return String.format(ROW, format, counts.values().stream().mapToInt(Integer::intValue).sum(),
                count(Verdict.Kind.REFUSED), count(Verdict.Kind.SAME), count(Verdict.Kind.ACCEPTED), faults.size(),
                String.format(Locale.ROOT, "%.1f", seconds));
    }

    private int count(Verdict.Kind kind) {
        return counts.getOrDefault(kind, 0);
    }
}
