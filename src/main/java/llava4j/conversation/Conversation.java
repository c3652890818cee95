package llava4j.conversation;

import java.util.List;

/**
 * One sample in LLaVA's data format: a picture, or none, and an alternation of questions and answers about it.
 *
 * @param id    names the sample in messages
 * @param image file name of the picture, or {@code null}
 * @param turns question and answer pairs, in order
 */
public record Conversation(String id, String image, List<Turn> turns) {

    /** How the place of a picture is written in a text. */
    public static final String IMAGE = "<image>";

    /**
     * One exchange. An answer that is still to be generated is {@code null}.
     *
     * @param human the instruction Xq; {@code <image>} in it marks the picture's place
     * @param gpt   the answer Xa
     */
    public record Turn(String human, String gpt) {
    }
}
