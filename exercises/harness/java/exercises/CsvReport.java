package exercises;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/** All students' marks for a spreadsheet: a row for each student and exercise, and one for each student's sum. */
final class CsvReport {

    private CsvReport() {
    }

    static List<String> lines(Map<String, List<Mark>> students) {
        List<String> lines = new ArrayList<>(List.of("student,exercise,passed,total,state,message,same_as"));
        students.forEach((student, marks) -> {
            for (Mark mark : marks) {
                lines.add(row(student, mark.title(), mark.passed(), mark.tests(),
                        mark.outcome().state().name().toLowerCase(Locale.ROOT), mark.outcome().firstMessage(), mark.sameAs()));
            }
            lines.add(row(student, "all", marks.stream().mapToInt(Mark::passed).sum(),
                    marks.stream().mapToInt(Mark::tests).sum(),
                    marks.stream().filter(Mark::done).count() + " of " + marks.size() + " done", "", ""));
        });
        return lines;
    }

    private static String row(Object... cells) {
        StringJoiner row = new StringJoiner(",");
        for (Object cell : cells) {
            String text = String.valueOf(cell).replaceAll("[\\r\\n]+", " ");
            // A spreadsheet would take these for a formula.
            text = text.matches("[=+\\-@].*") ? "'" + text : text;
            row.add(text.matches(".*[\",;].*") ? '"' + text.replace("\"", "\"\"") + '"' : text);
        }
        return row.toString();
    }
}
