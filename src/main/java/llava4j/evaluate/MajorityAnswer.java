package llava4j.evaluate;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import llava4j.conversation.Conversation;
import llava4j.conversation.Conversation.Turn;
import llava4j.data.ConversationRecordReader;
import llava4j.error.UserError;

/**
 * Chance, made as strong as it can be without a picture: to each question the answer that its words most often had in
 * training.
 */
public final class MajorityAnswer {

    private MajorityAnswer() {
    }

    /**
     * {@return the commonest answers to some questions, in their order; empty for a question that was never asked}
     *
     * @param instructions training data in LLaVA's format, whose answers are counted
     * @param questions    those to answer
     * @throws UserError if the data cannot be read
     */
    public static List<String> of(Path instructions, List<TinyQuestion> questions) {
        Map<String, Map<String, Integer>> counts = new HashMap<>();
        for (Conversation conversation : ConversationRecordReader.all(instructions)) {
            for (Turn turn : conversation.turns()) {
                counts.computeIfAbsent(turn.question(), q -> new HashMap<>())
                        .merge(turn.gpt(), 1, Integer::sum);
            }
        }
        return questions.stream().map(q -> counts.getOrDefault(q.question(), Map.of()).entrySet().stream()
                .max(Comparator.comparing((Map.Entry<String, Integer> e) -> e.getValue())
                        .thenComparing(Map.Entry::getKey)).map(Map.Entry::getKey).orElse(""))
                .collect(Collectors.toList());
    }
}
