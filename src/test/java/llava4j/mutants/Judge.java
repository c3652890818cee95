package llava4j.mutants;

import java.util.List;
import java.util.Optional;
import llava4j.error.Faults;
import java.util.function.Predicate;

/**
 * Says what came of a mutant: refused in one line and with nothing written, read as what the untouched file says, read as
 * something else, or a fault.
 */
final class Judge {

    /** A message that quotes a long name is cut before this. */
    private static final int LONGEST_LINE = 2000;
    private static final Predicate<String> TRACE = line -> line.startsWith("\tat ") || line.contains("Exception in thread")
            || line.contains("OutOfMemoryError") || line.contains("StackOverflowError") || line.contains("panicked at");

    private final Outcome usual;
    private final Written before;
    private final Written usuallyWritten;

    /**
     * @param usual          what the command makes of the untouched file
     * @param before         what lies in the output folder before the command
     * @param usuallyWritten what lies there after it
     */
    Judge(Outcome usual, Written before, Written usuallyWritten) {
        this.usual = usual;
        this.before = before;
        this.usuallyWritten = usuallyWritten;
    }

    Verdict of(Mutant mutant, Outcome outcome, Written written) {
        Optional<String> unclean = unclean(outcome);
        if (unclean.isPresent()) {
            return Verdict.fault(unclean.get());
        }
        return outcome.code() == 0 ? accepted(mutant, outcome, written) : refused(mutant, outcome, written);
    }

    private static Optional<String> unclean(Outcome outcome) {
        List<String> lines = outcome.err().lines().toList();
        String last = lines.isEmpty() ? "" : ": " + shortened(lines.get(lines.size() - 1));
        return switch (outcome.end()) {
            case HUNG -> Optional.of("no end after " + CommandProcess.LONGEST.toSeconds() + " s");
            case DIED -> Optional.of("the process died" + last);
            case EXITED -> lines.stream().filter(TRACE.or(line -> line.contains("this is a defect"))).findFirst()
                    .map(Judge::shortened)
                    .or(() -> outcome.code() > 2 ? Optional.of("exit " + outcome.code() + last) : Optional.empty());
        };
    }

    private Verdict accepted(Mutant mutant, Outcome outcome, Written written) {
        if (!written.names().equals(usuallyWritten.names())) {
            return Verdict.fault("writes " + written.names() + " instead of " + usuallyWritten.names());
        }
        boolean same = outcome.out().equals(usual.out()) && written.same(usuallyWritten);
        return switch (mutant.expected()) {
            case REFUSED -> Verdict.fault("accepted, " + (same ? "as if nothing were" : "with another result"));
            case SAME, REFUSED_OR_SAME -> same ? new Verdict(Verdict.Kind.SAME, "")
                    : Verdict.fault("accepted, with another result");
            case EITHER -> new Verdict(same ? Verdict.Kind.SAME : Verdict.Kind.ACCEPTED, "");
        };
    }

    private Verdict refused(Mutant mutant, Outcome outcome, Written written) {
        // What a command says of its work before it finds the fault is no part of the refusal
        List<String> lines = outcome.err().lines().dropWhile(line -> !line.startsWith("llava4j: ")).toList();
        boolean list = !lines.isEmpty() && lines.get(0).endsWith(" faults:") && lines.size() <= Faults.TOLD + 2
                && lines.stream().skip(1).allMatch(line -> line.startsWith("  "));
        if (lines.size() != 1 && !list) {
            return Verdict.fault(lines.size() + " lines on stderr: " + shortened(String.join(" | ", lines)));
        }
        String line = String.join("", lines);
        if (lines.stream().anyMatch(one -> one.length() > LONGEST_LINE) || line.chars().anyMatch(Character::isISOControl)) {
            return Verdict.fault("a message of " + line.length() + " characters, or with control characters: "
                    + shortened(line));
        }
        if (!written.equals(before)) {
            return Verdict.fault("refused, but leaves behind " + written.names() + ": " + shortened(line));
        }
        return mutant.expected() == Expected.SAME ? Verdict.fault("refused: " + shortened(line))
                : new Verdict(Verdict.Kind.REFUSED, line);
    }

    private static String shortened(String text) {
        String line = text.replaceAll("\\p{Cntrl}", " ");
        return line.length() <= 200 ? line : line.substring(0, 200) + "...";
    }
}
