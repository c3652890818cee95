package llava4j.teacher;

import java.util.Locale;

/**
 * The three kinds of instruction data (paper, section 3).
 *
 * <p>The paper asked for 58K conversations, 23K descriptions and 77K reasonings.
 */
public enum InstructionKind {

    /** Several questions about what is seen, from captions alone. */
    CONVERSATION(58, false, 2, 5),
    /** A full description; the question is drawn from a list, the teacher writes the answer alone. */
    DETAIL(23, true, 1, 1),
    /** What cannot be seen but follows from it. */
    REASONING(77, true, 1, 2);

    final int share;
    final boolean withBoxes;
    final int fewestTurns;
    final int mostTurns;

    InstructionKind(int share, boolean withBoxes, int fewestTurns, int mostTurns) {
        this.share = share;
        this.withBoxes = withBoxes;
        this.fewestTurns = fewestTurns;
        this.mostTurns = mostTurns;
    }

    /** As in options, sample names and resources. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
