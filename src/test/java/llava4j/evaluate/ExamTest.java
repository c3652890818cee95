package llava4j.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import llava4j.Llava;
import llava4j.conversation.Conversation.Turn;
import llava4j.support.SmallWorld;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("An exam's answer")
class ExamTest {

    @TempDir
    private Path folder;

    @Test
    @DisplayName("ends before the text that ends an answer in the model's template, and is the same up to there")
    void stopText() {
        Llava model = SmallWorld.in(folder).model();
        List<Exam.Paper> papers = List.of("what is there?", "what color is the tree?").stream().map(question ->
                new Exam.Paper(model.conversationEncoder().prompt(List.of(new Turn(question, null))), null)).toList();
        List<String> whole = new Exam(model, 12).answers(papers);
        String[] words = whole.get(0).split(" ");
        assertTrue(words.length > 3, whole.toString());
        String stop = words[words.length / 2];

        List<String> stopped = new Exam(model.config(), model.weights(), model.tokenizer(), stop, 12).answers(papers);

        assertEquals(List.of(before(whole.get(0), stop), before(whole.get(1), stop)), stopped);
    }

    private static String before(String answer, String stop) {
        int end = answer.indexOf(stop);
        return (end < 0 ? answer : answer.substring(0, end)).strip();
    }
}
