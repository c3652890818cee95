package llava4j.error;

import java.util.ArrayList;
import java.util.List;

/**
 * Mistakes of one kind, gathered so that the user hears of all of them at once: every one is counted, the first twenty are
 * told.
 *
 * <p>What one would get wrong: stopping at the first. A file of 665,000 samples with fifty faults would then be read fifty
 * times.
 */
public final class Faults {

    /** How many are told; of more than these, only how many there are. */
    public static final int TOLD = 20;

    private final String place;
    private final List<String> told = new ArrayList<>();
    private long count;

    /**
     * No mistake yet.
     *
     * @param place what they are in: a file, as a rule
     */
    public Faults(String place) {
        this.place = place;
    }

    /**
     * Counts one more.
     *
     * @param fault one line: what is wrong and what to do; that it is in {@code place} need not be said
     */
    public void add(String fault) {
        count++;
        if (told.size() < TOLD) {
            told.add(fault);
        }
    }

    /** Whether a fault says by itself which file or folder it is in. */
    private boolean named(String fault) {
        return fault.startsWith(place + ": ") || fault.startsWith(place + ", ");
    }

    /**
     * Makes a check, and counts what it finds wrong instead of ending there.
     *
     * @param check throws a {@link UserError} for a mistake
     */
    public void gather(Runnable check) {
        try {
            check.run();
        } catch (UserError e) {
            add(e.getMessage());
        }
    }

    /** {@return how many there are} */
    public long count() {
        return count;
    }

    /**
     * Throws them, if there are any.
     *
     * @throws UserError the one there is, or all of them, a line each
     */
    public void throwIfAny() {
        if (count == 0) {
            return;
        }
        if (count == 1) {
            throw new UserError(named(told.get(0)) ? told.get(0) : place + ": " + told.get(0));
        }
        List<String> lines = new ArrayList<>();
        told.forEach(fault -> lines.add(named(fault) ? fault.substring(place.length() + 2) : fault));
        if (count > told.size()) {
            lines.add("and " + (count - told.size()) + " more");
        }
        throw new UserError(place + ": " + count + " faults:", lines);
    }
}
