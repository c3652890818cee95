package llava4j.error;

/**
 * A mistake that the user can mend: what is wrong, where, and what to do, in one line.
 *
 * <p>The command line prints the message alone and exits 1; everything else that is thrown is a defect of llava4j.
 */
public final class UserError extends RuntimeException {

    /**
     * A mistake that was found by looking.
     *
     * @param message one line: what is wrong, where, and what to do
     */
    public UserError(String message) {
        super(message);
    }

    /**
     * A mistake that another exception showed.
     *
     * @param message one line: what is wrong, where, and what to do
     * @param cause   what {@code --stacktrace} prints besides
     */
    public UserError(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * {@return an error with a message as from {@link String#format} in the root locale}
     *
     * @param format    one line: what is wrong, where, and what to do
     * @param arguments as {@code format} names them
     */
    public static UserError of(String format, Object... arguments) {
        return new UserError(String.format(java.util.Locale.ROOT, format, arguments));
    }
}
