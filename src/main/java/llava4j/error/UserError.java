package llava4j.error;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A mistake that the user can mend: what is wrong, where, and what to do, in one line.
 *
 * <p>Where there are several of a kind, one error names them all, each on a line of its own ({@link Faults}). The command
 * line prints the message alone and exits 1; everything else that is thrown is a defect of llava4j.
 */
public final class UserError extends RuntimeException {

    private static final String LINE = "\n  ";
    private static final int LONGEST = 1200;

    private final String head;
    private final List<String> details;

    /**
     * A mistake that was found by looking.
     *
     * @param message one line: what is wrong, where, and what to do
     */
    public UserError(String message) {
        this(message, List.of());
    }

    /**
     * A mistake that another exception showed.
     *
     * @param message one line: what is wrong, where, and what to do
     * @param cause   what {@code --stacktrace} prints besides
     */
    public UserError(String message, Throwable cause) {
        super(message, cause);
        this.head = message;
        this.details = List.of();
    }

    /** Several mistakes at once: {@code message} says what they have in common, {@code details} has a line for each. */
    UserError(String message, List<String> details) {
        super(details.isEmpty() ? message : message + LINE + String.join(LINE, details));
        this.head = message;
        this.details = List.copyOf(details);
    }

    /**
     * {@return an error with a message as from {@link String#format} in the root locale}
     *
     * @param format    one line: what is wrong, where, and what to do
     * @param arguments as {@code format} names them
     */
    public static UserError of(String format, Object... arguments) {
        return new UserError(String.format(Locale.ROOT, format, arguments));
    }

    /** {@return the message as it is shown: one line, and for several mistakes at once one more for each} */
    public List<String> lines() {
        return Stream.concat(Stream.of(head), details.stream()).map(line -> shown(String.valueOf(line))).toList();
    }

    /**
     * {@return a message on one line, and not longer than can be read: a name in a file may have a million letters}
     *
     * @param message what is wrong, where, and what to do; of a long one the middle is left out
     */
    public static String shown(String message) {
        String line = message.replaceAll("\\s*\\R\\s*", " ");
        return line.length() <= LONGEST ? line
                : line.substring(0, LONGEST * 2 / 3) + " ... " + line.substring(line.length() - LONGEST / 3);
    }
}
