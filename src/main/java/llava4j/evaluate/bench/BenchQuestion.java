package llava4j.evaluate.bench;

/**
 * A question of LLaVA-Bench.
 *
 * @param id        its {@code question_id}
 * @param image     file of the picture
 * @param kind      conversation, detail or complex
 * @param text      the question in words
 * @param context   the picture in words, for a judge that does not see it; may be empty
 * @param reference what a teacher without eyes answered from that context
 */
public record BenchQuestion(String id, String image, QuestionKind kind, String text, String context, String reference) {
}
