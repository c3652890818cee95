package llava4j.serve;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import llava4j.generate.Assistant.Answer;

/**
 * What has been done so far, in Prometheus's text format: counts that only grow, so that whoever reads them now and then can
 * tell rates.
 */
final class Metrics {

    private final Map<Integer, Long> requests = new TreeMap<>();
    private long promptTokens;
    private long knownTokens;
    private long answerTokens;
    private long answers;
    private long streamed;
    private double secondsToFirstPiece;
    private double seconds;

    synchronized void request(int status) {
        requests.merge(status, 1L, Long::sum);
    }

    synchronized void answer(Answer answer, Reply reply) {
        answers++;
        promptTokens += answer.promptTokens();
        knownTokens += answer.knownTokens();
        answerTokens += answer.tokens();
        seconds += reply.seconds();
        if (!Double.isNaN(reply.secondsToFirstPiece())) {
            streamed++;
            secondsToFirstPiece += reply.secondsToFirstPiece();
        }
    }

    /** @param taken places in the line that are taken now */
    synchronized String text(int taken) {
        StringBuilder text = new StringBuilder();
        requests.forEach((status, count) -> text.append(String.format(Locale.ROOT,
                "llava4j_requests_total{status=\"%d\"} %d%n", status, count)));
        line(text, "llava4j_places_taken", taken);
        line(text, "llava4j_prompt_tokens_total", promptTokens);
        line(text, "llava4j_prompt_tokens_known_total", knownTokens);
        line(text, "llava4j_answer_tokens_total", answerTokens);
        line(text, "llava4j_answer_seconds_count", answers);
        text.append(String.format(Locale.ROOT, "llava4j_answer_seconds_sum %.3f%n", seconds));
        line(text, "llava4j_first_piece_seconds_count", streamed);
        text.append(String.format(Locale.ROOT, "llava4j_first_piece_seconds_sum %.3f%n", secondsToFirstPiece));
        return text.toString().replace("\r\n", "\n");
    }

    private static void line(StringBuilder text, String name, long value) {
        text.append(name).append(' ').append(value).append('\n');
    }
}
