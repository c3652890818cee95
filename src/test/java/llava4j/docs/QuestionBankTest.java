package llava4j.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The sixty questions for a class and their answers, which lie apart, go together. */
class QuestionBankTest {

    private static final Pattern NUMBERED = Pattern.compile("^(?:## (?<section>.+)|\\*\\*(?<number>\\d+)\\.)");

    @Test
    void sixtyQuestionsHaveAnAnswerEachInTheSameSection() throws IOException {
        List<String> questions = numbered("questions.md");
        assertEquals(IntStream.rangeClosed(1, 60).mapToObj(String::valueOf).toList(),
                questions.stream().map(line -> line.substring(0, line.indexOf(' '))).toList());
        assertEquals(questions, numbered("answers.md"));
    }

    /** "17 Section 2, ..." for each question, in order. */
    private static List<String> numbered(String page) throws IOException {
        List<String> found = new ArrayList<>();
        String section = "";
        for (String line : Files.readAllLines(Path.of("docs/teaching", page))) {
            Matcher part = NUMBERED.matcher(line);
            if (!part.find()) {
                continue;
            }
            if (part.group("section") != null) {
                section = part.group("section");
            } else {
                found.add(part.group("number") + " " + section);
            }
        }
        return found;
    }
}
