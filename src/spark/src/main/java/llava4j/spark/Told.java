package llava4j.spark;

import java.io.Serializable;
import java.util.List;
import java.util.function.Supplier;
import llava4j.error.UserError;

/**
 * What an executor tells the driver: a result, or a user's mistake in words.
 *
 * <p>A mistake is told and not thrown: Spark would try the task again elsewhere, four times, and wrap the line that says what to
 * do into its own stack trace.
 */
record Told<T extends Serializable>(T result, String mistake) implements Serializable {

    /** Runs the work of a task. */
    static <T extends Serializable> Told<T> of(Supplier<T> work) {
        try {
            return new Told<>(work.get(), null);
        } catch (UserError e) {
            return new Told<>(null, String.join("; ", e.lines()));
        }
    }

    /** The results of all tasks, in their order. */
    static <T extends Serializable> List<T> results(List<Told<T>> all) {
        all.stream().filter(told -> told.mistake() != null).findFirst().ifPresent(told -> {
            throw new UserError(told.mistake());
        });
        return all.stream().map(Told::result).toList();
    }
}
