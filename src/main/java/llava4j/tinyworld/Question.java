package llava4j.tinyworld;

/**
 * A question about a scene with its one right answer.
 *
 * @param type   in the tiny world {@code color where what count exists relation reasoning detail}
 * @param text   the question
 * @param answer word for word
 */
public record Question(String type, String text, String answer) {
}
