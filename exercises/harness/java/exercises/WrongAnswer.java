package exercises;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A typical mistake: the solution with one passage written otherwise, and the words that a student must read then.
 *
 * <p>Kept in {@code solutions/…/wrong.md}: a heading, the solution's passage and the wrong one as two blocks of Java, and
 * a quotation.
 *
 * @param title  the mistake in a few words
 * @param source the whole class with the mistake in it
 * @param sees   a part of the message
 */
record WrongAnswer(String title, String source, String sees) {

    private static final Pattern ENTRY = Pattern.compile(
            "^## (?<title>.+?)\\n.*?```java\\n(?<right>.*?)\\n```.*?```java\\n(?<wrong>.*?)\\n?```.*?^> (?<sees>.+?)$",
            Pattern.DOTALL | Pattern.MULTILINE);

    /** The wrong answers of an exercise. */
    static List<WrongAnswer> of(Exercise exercise) {
        String solution = Exercise.read(exercise.source("solutions"));
        List<WrongAnswer> answers = new ArrayList<>();
        Matcher entry = ENTRY.matcher(Exercise.read(exercise.wrong()));
        while (entry.find()) {
            String right = entry.group("right");
            int at = solution.indexOf(right);
            if (at < 0 || solution.indexOf(right, at + 1) >= 0) {
                throw new IllegalStateException(exercise.wrong() + ", \"" + entry.group("title")
                        + "\": its first block must occur exactly once in the solution");
            }
            answers.add(new WrongAnswer(entry.group("title"), solution.substring(0, at) + entry.group("wrong")
                    + solution.substring(at + right.length()), entry.group("sees")));
        }
        return answers;
    }
}
