package exercises;

import java.nio.file.Path;
import java.util.List;

/**
 * Prints how far each exercise is, and for the first unfinished one what to mend.
 *
 * <p>System properties: {@code home}, the folder exercises; {@code exercise}, a number, or empty for all; {@code from},
 * whose answers: {@code starters}, {@code solutions} or {@code wrong}; {@code hint}, 1 or 2: a hint is told to those who ask
 * for it, since the second often is half of the answer.
 */
public final class ScoreCard {

    private ScoreCard() {
    }

    /** Prints the card. Exit status 1 when a solution fails, 2 when the wish makes no sense. */
    public static void main(String[] args) {
        SuddenEnd.isReported();
        int status = 0;
        try {
            String from = System.getProperty("from", "starters");
            List<Exercise> exercises = Exercise.chosen(Path.of(System.getProperty("home", ".")),
                    System.getProperty("exercise"));
            if (from.equals("wrong")) {
                wrong(exercises);
            } else {
                status = card(exercises, from) || !from.equals("solutions") ? 0 : 1;
            }
        } catch (IllegalArgumentException | IllegalStateException e) {
            System.err.println("exercises: " + e.getMessage());
            status = 2;
        }
        System.out.flush();
        System.exit(status);
    }

    /** Whether all of them are done. */
    private static boolean card(List<Exercise> exercises, String from) {
        Examiner examiner = new Examiner();
        Exercise next = null;
        Outcome nextOutcome = null;
        int done = 0;
        System.out.printf("%n  exercise                     passed%n");
        for (Exercise exercise : exercises) {
            Outcome outcome = SuddenEnd.named(exercise,
                    () -> examiner.examine(exercise, Exercise.read(exercise.source(from)), from));
            System.out.printf("  %s %-24s %3d/%-3s  %s%n", exercise.number(), exercise.title(), outcome.passed(),
                    outcome.total() == 0 ? "?" : outcome.total(), inWords(outcome));
            if (exercises.size() == 1) {
                outcome.shows().forEach(line -> System.out.println("     " + line));
            }
            if (outcome.state() == Outcome.State.DONE) {
                done++;
            } else if (next == null || nextOutcome.state() == Outcome.State.NOT_BEGUN
                    && outcome.state() != Outcome.State.NOT_BEGUN) {
                next = exercise;
                nextOutcome = outcome;
            }
        }
        System.out.printf("%n  %d of %d done%n%n", done, exercises.size());
        if (next != null) {
            next(next, nextOutcome, exercises.size() == 1);
            System.out.println("  " + hint(next, System.getProperty("hint", "")));
        }
        return next == null;
    }

    private static String inWords(Outcome outcome) {
        return switch (outcome.state()) {
            case NOT_BEGUN -> "not begun";
            case DONE -> "done";
            default -> outcome.firstMessage();
        };
    }

    private static void next(Exercise exercise, Outcome outcome, boolean everything) {
        System.out.printf("  Next: %s %s%n", exercise.number(), exercise.title());
        System.out.println("  Page: exercises/starters/" + exercise.folder() + "/README.md");
        System.out.println("  File: exercises/starters/" + exercise.folder() + "/" + exercise.type() + ".java");
        if (outcome.state() == Outcome.State.NOT_BEGUN) {
            System.out.println("  Begin: read the page, then fill the gap in the file.");
            return;
        }
        if (outcome.state() == Outcome.State.DOES_NOT_COMPILE) {
            System.out.println("  Mend: " + outcome.firstMessage());
            outcome.says().stream().skip(1).forEach(line -> System.out.println("    " + line));
            return;
        }
        for (String line : everything ? outcome.says() : List.of(outcome.firstMessage())) {
            System.out.println("  Mend: " + line);
        }
    }

    /** What is said about hints: the one that was asked for, or how to ask. */
    static String hint(Exercise exercise, String wished) {
        if (wished.isBlank()) {
            return "Stuck? -Dhint=1 tells a hint, -Dhint=2 a second one.";
        }
        if (!wished.equals("1") && !wished.equals("2")) {
            throw new IllegalArgumentException("there is no hint " + wished + ": choose -Dhint=1 or -Dhint=2");
        }
        return "Hint " + wished + " of 2: " + exercise.hint(Integer.parseInt(wished));
    }

    private static void wrong(List<Exercise> exercises) {
        Examiner examiner = new Examiner();
        for (Exercise exercise : exercises) {
            System.out.printf("%n%s %s%n", exercise.number(), exercise.title());
            for (WrongAnswer answer : WrongAnswer.of(exercise)) {
                Outcome outcome = examiner.examine(exercise, answer.source(), "solutions");
                System.out.printf("  %d/%d  %s%n", outcome.passed(), outcome.total(), answer.title());
                outcome.says().forEach(said -> System.out.println("        " + said));
            }
        }
    }
}
