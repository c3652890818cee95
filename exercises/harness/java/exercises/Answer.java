package exercises;

import exercises.Outcome.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a student handed in for one exercise.
 *
 * @param file    the file to run; {@code null} where there is none
 * @param words   its text, comments and spaces aside; empty where there is none, or where it is the starter's
 * @param without the verdict where nothing has to be run for it; {@code null} where the tests decide
 */
record Answer(Path file, String words, Outcome without) {

    /** An answer has a few kilobytes; what is larger could use up the grader's own memory. */
    private static final long LARGEST = 1 << 20;

    /** The answer among the files that have the exercise's name. */
    static Answer among(List<Path> files, Exercise exercise) {
        String name = exercise.type() + ".java";
        if (files.isEmpty()) {
            return new Answer(null, "", verdict(State.MISSING, name + " was not handed in"));
        }
        if (files.size() > 1) {
            return new Answer(null, "", verdict(State.TWICE, name + " was handed in " + files.size() + " times"));
        }
        Path file = files.get(0);
        Path starter = exercise.source("starters");
        try {
            if (Files.size(file) > LARGEST) {
                return new Answer(null, "", verdict(State.UNREADABLE, name + " has " + (Files.size(file) >> 20)
                        + " MB: is it Java?"));
            }
            String words = words(Exercise.read(file));
            // In a student's copy of the exercises, the starter is the answer: then the tests say whether it was begun.
            boolean ownCopy = !Files.exists(starter) || Files.isSameFile(file, starter);
            if (!ownCopy && words.equals(words(Exercise.read(starter)))) {
                return new Answer(file, "", verdict(State.NOT_BEGUN, "the starter as it was"));
            }
            return new Answer(file, words, null);
        } catch (IOException | UncheckedIOException e) {
            return new Answer(null, "", verdict(State.UNREADABLE, name + " cannot be read"));
        }
    }

    /** A Java text without comments and spaces. */
    static String words(String source) {
        return source.replaceAll("(?s)/\\*.*?\\*/", "").replaceAll("//[^\\n]*", "").replaceAll("\\s+", "");
    }

    private static Outcome verdict(State state, String message) {
        return new Outcome(state, 0, 0, List.of(message));
    }
}
