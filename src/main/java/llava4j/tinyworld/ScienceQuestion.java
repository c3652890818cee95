package llava4j.tinyworld;

import java.util.List;

/**
 * A multiple-choice question of the tiny ScienceQA.
 *
 * @param subject  {@code natural science}, {@code social science} or {@code language science}
 * @param skill    what it exercises, one of {@link ScienceLesson}'s names in lower case
 * @param grade    school year, 1 to 12
 * @param picture  whether it is asked about a picture
 * @param question without context and options
 * @param hint     the context in words; empty for none
 * @param choices  the options
 * @param answer   index of the right one
 * @param lecture  the rule behind it, may be empty
 * @param solution how the answer follows
 */
public record ScienceQuestion(String subject, String skill, int grade, boolean picture, String question, String hint,
                              List<String> choices, int answer, String lecture, String solution) {
}
