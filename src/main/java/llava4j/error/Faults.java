package llava4j.error;

import java.util.ArrayList;
import java.util.List;

/**
 * The mistakes found in one file or folder, told all at once: twenty in words, and how many more there are.
 *
 * <p>Whoever mends a file wants to hear of everything that is wrong with it, not of one thing a run.
 */
public final class Faults {

    private static final int TOLD = 20;

    private final List<String> told = new ArrayList<>();
    private int count;

    /** No mistakes yet. */
    public Faults() {
    }

    /**
     * Notes a mistake.
     *
     * @param message what is wrong, and where
     */
    public void add(String message) {
        if (count++ < TOLD) {
            told.add(message);
        }
    }

    /**
     * Makes a check, and notes what it finds wrong instead of ending there.
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

    /**
     * Ends the reading if anything was wrong.
     *
     * @throws UserError that tells all the mistakes
     */
    public void raise() {
        if (count > 0) {
            throw new UserError((count == 1 ? "" : count + " mistakes: ") + String.join("; ", told)
                    + (count > TOLD ? "; and " + (count - TOLD) + " more" : ""));
        }
    }
}
