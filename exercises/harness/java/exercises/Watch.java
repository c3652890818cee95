package exercises;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Says what is wrong with an answer as soon as its file is saved.
 *
 * <p>One Java stays in memory: compiler and JUnit are warm, and only the saved file and its tests are compiled, so that the
 * verdict comes in about a second. The files' times are looked at five times a second; Java's own notification takes up to
 * ten seconds on a Mac. Hints are told on request alone.
 */
public final class Watch {

    private static final long PAUSE = 200;

    private final Map<Exercise, FileTime> seen = new HashMap<>();
    private final List<Exercise> exercises;
    private final PrintStream out;
    private final Examiner examiner = new Examiner();
    private Exercise last;
    private int hints;

    /** Watches the starters of these exercises from now on, and writes to {@code out}. */
    Watch(List<Exercise> exercises, PrintStream out) {
        this.exercises = exercises;
        this.out = out;
        exercises.forEach(exercise -> seen.put(exercise, time(exercise)));
    }

    /** Watches until {@code q} or the end of the input. {@code exercise} and {@code home} as in {@link ScoreCard}. */
    public static void main(String[] args) throws IOException, InterruptedException {
        SuddenEnd.isReported();
        try {
            List<Exercise> exercises = Exercise.chosen(Path.of(System.getProperty("home", ".")),
                    System.getProperty("exercise"));
            Watch watch = new Watch(exercises, System.out);
            watch.warmUp();
            System.out.printf("%n  Watching %d %s. Save one and read on. h and Enter: a hint; q and Enter: end.%n%n",
                    exercises.size(), exercises.size() == 1 ? "file" : "files");
            for (int key = 0; key != 'q'; key = System.in.available() > 0 ? System.in.read() : 0) {
                if (key == 'h') {
                    watch.hint();
                }
                watch.look();
                Thread.sleep(PAUSE);
            }
        } catch (IllegalArgumentException | IllegalStateException e) {
            System.err.println("exercises: " + e.getMessage());
            System.exit(2);
        }
        System.exit(0);
    }

    /** Lets compiler and JUnit load what they need, on an answer whose verdict nobody has asked for yet. */
    void warmUp() {
        examined(exercises.get(0));
    }

    private Outcome examined(Exercise exercise) {
        return SuddenEnd.named(exercise, () -> examiner.examine(exercise, Exercise.read(exercise.source("starters")),
                "starters"));
    }

    /** Examines every answer that was saved since the last look. */
    void look() {
        for (Exercise exercise : exercises) {
            FileTime now = time(exercise);
            if (now.equals(seen.put(exercise, now))) {
                continue;
            }
            hints = exercise.equals(last) ? hints : 0;
            last = exercise;
            long begin = System.nanoTime();
            Outcome outcome = examined(exercise);
            out.printf("  %s %s  %d/%s  %s(%.1f s)%n", exercise.number(), exercise.title(), outcome.passed(),
                    outcome.total() == 0 ? "?" : outcome.total(), outcome.state() == Outcome.State.DONE ? "done  " : "",
                    (System.nanoTime() - begin) / 1e9);
            outcome.says().forEach(line -> out.println("    " + line));
            outcome.shows().forEach(line -> out.println("    " + line));
            out.println();
        }
    }

    /** Tells the next hint on the exercise that was saved last. */
    void hint() {
        if (last == null) {
            out.println("  Save a file first: the hint is about the exercise saved last.");
        } else {
            hints = Math.min(2, hints + 1);
            out.println("  Hint " + hints + " of 2: " + last.hint(hints));
        }
        out.println();
    }

    /** When the answer was saved; long ago where an editor has just taken the file away to write it anew. */
    private static FileTime time(Exercise exercise) {
        Path file = exercise.source("starters");
        try {
            return Files.isRegularFile(file) && Files.size(file) > 0 ? Files.getLastModifiedTime(file) : FileTime.fromMillis(0);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
