package llava4j.conversation;

import java.util.List;
import llava4j.error.UserError;

/**
 * One sample in LLaVA's data format: its pictures, and an alternation of questions and answers about them.
 *
 * @param id     names the sample in messages
 * @param images file names of the pictures, in the order of their {@code <image>}; empty for words alone
 * @param turns  question and answer pairs, in order
 */
public record Conversation(String id, List<String> images, List<Turn> turns) {

    /** How the place of a picture is written in a text. */
    public static final String IMAGE = "<image>";

    /**
     * One exchange. An answer that is still to be generated is {@code null}.
     *
     * @param human the instruction Xq; {@code <image>} in it marks the picture's place
     * @param gpt   the answer Xa
     */
    public record Turn(String human, String gpt) {

        /** {@return what is asked, in words: the instruction without the marks of its pictures} */
        public String question() {
            return human.replace(IMAGE, "").strip();
        }
    }

    /**
     * Sees to it that the sample can be learned from: every question has an answer, and {@code <image>} stands once for
     * each picture, among the questions. What one would get wrong: a mark in an answer reads as one more picture, which
     * nobody has given and which the model cannot say.
     *
     * @throws UserError naming the sample, what is wrong with it, and what to do
     */
    public void requireSound() {
        int marks = 0;
        for (Turn turn : turns) {
            if (turn.gpt() == null || turn.gpt().isBlank()) {
                throw UserError.of("sample %s: the question \"%s\" has no answer: add a \"gpt\" turn after it, or leave the "
                        + "sample out", id, turn.human().strip());
            }
            if (turn.gpt().contains(IMAGE)) {
                throw UserError.of("sample %s: %s stands in an answer, where no picture can be: write it in other words, or "
                        + "leave the sample out", id, IMAGE);
            }
            for (int at = turn.human().indexOf(IMAGE); at >= 0; at = turn.human().indexOf(IMAGE, at + IMAGE.length())) {
                marks++;
            }
        }
        if (marks != images.size()) {
            throw UserError.of("sample %s: %d %s in the text but %d picture(s) given: write one for each", id, marks, IMAGE,
                    images.size());
        }
    }
}
