package exercises;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * One student's marks as GitHub Classroom's graders hand them on: the JSON that {@code autograding-grading-reporter} expects, in
 * base64, from each of its runners.
 *
 * <p>A row for each JUnit test, worth one point. What one would get wrong: the reporter prints the share of <em>rows</em> that passed
 * times {@code max_score}, but sends the sum of their <em>scores</em> to Classroom. With a row for each exercise and part of its
 * points the two would differ.
 */
final class ClassroomReport {

    private ClassroomReport() {
    }

    static ObjectNode of(List<Mark> marks) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.put("version", 1).put("status", marks.stream().allMatch(Mark::done) ? "pass" : "fail");
        result.put("max_score", marks.stream().mapToInt(Mark::tests).sum());
        ArrayNode rows = result.putArray("tests");
        for (Mark mark : marks) {
            for (int i = 0; i < mark.tests(); i++) {
                boolean passed = i < mark.passed();
                // The reporter shows the name alone, so it has to say what is wrong.
                String said = passed ? "" : said(mark, i - mark.passed());
                rows.addObject().put("name", mark.title() + (passed ? "" : ": " + said))
                        .put("status", passed ? "pass" : "fail").put("score", passed ? 1 : 0).put("message", said)
                        .put("test_code", "").put("filename", mark.exercise().type() + ".java").put("line_no", 0)
                        .put("duration", 0);
            }
        }
        return result;
    }

    /** The message of the failed test {@code i}; an answer that could not run has one message for all its tests. */
    private static String said(Mark mark, int i) {
        List<String> says = mark.outcome().says();
        return mark.outcome().total() == 0 && i > 0 || i >= says.size() ? "not run" : says.get(i);
    }
}
