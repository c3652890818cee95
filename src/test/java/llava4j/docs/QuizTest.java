package llava4j.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Each question of the quiz can be answered from what a reader has run. */
class QuizTest {

    private static final Path QUIZ = Path.of("docs/quiz.md");
    private static final Pattern PLACE = Pattern.compile("\\]\\((\\.\\./(?:notebooks|exercises)/[^)#]+)");

    private static List<String> questions() throws IOException {
        List<String> parts = List.of(Files.readString(QUIZ).split("(?m)^## "));
        return parts.subList(1, parts.size());
    }

    @Test
    void itHasTwentyQuestionsCountedFromOne() throws IOException {
        List<String> questions = questions();
        assertEquals(20, questions.size());
        for (int i = 0; i < 20; i++) {
            assertTrue(questions.get(i).startsWith("Question " + (i + 1) + "\n"), questions.get(i));
        }
    }

    @Test
    void eachQuestionHasAFoldedAnswerAndANotebookOrExerciseThatIsThere() throws IOException {
        for (String question : questions()) {
            int folded = question.indexOf("<details>");
            int where = question.indexOf("Where: ");
            assertTrue(folded > 0 && question.indexOf("</details>") > folded, question);
            assertTrue(where > folded, question);
            Matcher place = PLACE.matcher(question.substring(where));
            assertTrue(place.find(), question);
            do {
                Path file = QUIZ.getParent().resolve(place.group(1)).normalize();
                assertTrue(Files.isRegularFile(file), file + " is not there");
            } while (place.find());
        }
    }
}
