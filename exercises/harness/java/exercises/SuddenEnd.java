package exercises;

import java.util.function.Supplier;

/**
 * Says which answer ended the whole program. A {@code System.exit} in a student's file would otherwise end it without a
 * word.
 */
final class SuddenEnd {

    private static volatile Exercise running;

    private SuddenEnd() {
    }

    /** From now on, a program that ends while an answer runs names the exercise, and ends with status 2. */
    static void isReported() {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            if (running != null) {
                System.out.println("exercise " + running.number() + " ended the whole program: is there a System.exit in it?");
                System.out.flush();
                Runtime.getRuntime().halt(2);
            }
        }));
    }

    /** Examines an answer of this exercise, which is named if the program ends meanwhile. */
    static Outcome named(Exercise exercise, Supplier<Outcome> examination) {
        running = exercise;
        Outcome outcome = examination.get();
        running = null;
        return outcome;
    }
}
