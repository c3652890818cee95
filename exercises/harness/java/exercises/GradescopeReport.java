package exercises;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * One student's marks as Gradescope's {@code results.json}: a test case for each exercise, worth as many points as it has tests.
 *
 * <p>The fields are those of Gradescope's autograder specification. Its sum of the cases' scores is the mark, so none is given here.
 * Equal texts stand in a case of no points that students can't see; everything else they may read at once.
 */
final class GradescopeReport {

    private GradescopeReport() {
    }

    static ObjectNode of(List<Mark> marks) {
        ObjectNode results = JsonNodeFactory.instance.objectNode();
        results.put("output", marks.stream().filter(Mark::done).count() + " of " + marks.size() + " exercises done");
        results.put("visibility", "visible").put("stdout_visibility", "hidden");
        ArrayNode cases = results.putArray("tests");
        for (Mark mark : marks) {
            ObjectNode test = cases.addObject();
            test.put("number", mark.exercise().number()).put("name", mark.exercise().title());
            test.put("score", mark.passed()).put("max_score", mark.tests());
            test.put("status", mark.done() ? "passed" : "failed");
            test.put("output", mark.done() ? "" : String.join("\n", mark.outcome().says())).put("output_format", "text");
        }
        List<String> same = marks.stream().filter(mark -> !mark.sameAs().isEmpty())
                .map(mark -> mark.title() + ": " + mark.sameAs()).toList();
        if (!same.isEmpty()) {
            cases.addObject().put("name", "the same text as").put("score", 0).put("max_score", 0)
                    .put("output", String.join("\n", same)).put("output_format", "text").put("visibility", "hidden");
        }
        return results;
    }
}
