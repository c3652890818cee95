package llava4j.evaluate.scienceqa;

import java.util.List;

/**
 * A problem of ScienceQA (Lu and others, 2022).
 *
 * @param id       its key in {@code problems.json}
 * @param question in words
 * @param choices  the options, of which one is right
 * @param hint     the context in words; empty for none
 * @param image    file of its picture below the folder of pictures, or {@code null}
 * @param answer   index of the right choice
 * @param subject  {@code natural science}, {@code social science} or {@code language science}
 * @param grade    school year, 1 to 12
 * @param lecture  general knowledge behind it, may be empty
 * @param solution why the answer is right, may be empty
 */
public record Problem(String id, String question, List<String> choices, int answer, String hint, String image,
                      String subject, int grade, String lecture, String solution) {

    static final int MOST_CHOICES = 26;

    /**
     * {@return the letter of a choice}
     *
     * @param choice from 0, which is A
     */
    public static String letter(int choice) {
        return String.valueOf((char) ('A' + choice));
    }

    /** {@return whether a picture belongs to it} */
    public boolean hasImage() {
        return image != null;
    }

    /** {@return whether its context has words} */
    public boolean hasText() {
        return !hint.isEmpty();
    }

    /** {@return the same problem without its picture} */
    public Problem withoutImage() {
        return new Problem(id, question, choices, answer, hint, null, subject, grade, lecture, solution);
    }

    /** {@return the same problem without its context in words} */
    public Problem withoutText() {
        return new Problem(id, question, choices, answer, "", image, subject, grade, lecture, solution);
    }
}
