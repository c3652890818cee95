package llava4j.error;

/**
 * A mistake that the user can mend: what is wrong, where, and what to do, in one line.
 *
 * <p>The command line prints the message alone and exits 1; everything else that is thrown is a defect of llava4j.
 */
public final class UserError extends RuntimeException {

    public UserError(String message) {
        super(message);
    }

    public UserError(String message, Throwable cause) {
        super(message, cause);
    }

    /** The same as {@code new UserError(String.format(..))}, which most call sites want. */
    public static UserError of(String format, Object... arguments) {
        return new UserError(String.format(java.util.Locale.ROOT, format, arguments));
    }
}
