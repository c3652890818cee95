package exercises;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Grading the three invented submissions gives what teacher.md shows. */
class GradeTest {

    private static final Path HOME = Path.of("");

    @Test
    void theCsvOfTheInventedSubmissionsIsTheOneInTeacherMd() throws Exception {
        List<String> shown = Exercise.read(HOME.resolve("teacher.md")).lines()
                .dropWhile(line -> !line.startsWith("student,exercise,")).takeWhile(line -> !line.equals("```")).toList();
        List<String> rows = new Grade(HOME, Exercise.all(HOME), 60, at -> { }).csv(HOME.resolve("harness/submissions"));
        assertEquals(String.join("\n", shown),
                String.join("\n", rows.stream().filter(row -> !row.contains(",missing,")).toList()));
        assertEquals(1 + 3 * (Exercise.all(HOME).size() + 1), rows.size(), "a row for each student and exercise, "
                + "and one for each student's sum");
    }

    @Test
    void aFileFromWindowsIsReadAsTheSameText(@TempDir Path folder) throws IOException {
        String text = Exercise.read(Exercise.chosen(HOME, "5").get(0).source("solutions"));
        Path windows = Files.writeString(folder.resolve("RmsNorm.java"), "\uFEFF" + text.replace("\n", "\r\n"));
        assertEquals(text, Exercise.read(windows));
    }

    @Test
    void thePackageLineIsMissed() {
        Exercise norm = Exercise.chosen(HOME, "5").get(0);
        Outcome outcome = new Examiner().examine(norm,
                Exercise.read(norm.source("solutions")).replace("package e05_rms_norm;", ""));
        assertEquals(Outcome.State.DOES_NOT_COMPILE, outcome.state());
        assertTrue(outcome.firstMessage().contains("keep class, package and methods as the starter has them"),
                outcome::firstMessage);
    }
}
