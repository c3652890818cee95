package exercises;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Grading the three invented submissions gives what teacher.md and docs/teaching/grading.md show, and nobody stops the others. */
class GradeTest {

    private static final Path HOME = Path.of("");
    private static final Path PAGE = HOME.resolve("../docs/teaching/grading.md");
    private static Map<String, List<Mark>> students;

    @BeforeAll
    static void gradeTheInventedSubmissions() throws Exception {
        students = graded(HOME.resolve("harness/submissions"), Exercise.all(HOME));
    }

    @Test
    void theCsvOfTheInventedSubmissionsIsTheOneInTeacherMd() {
        List<String> rows = CsvReport.lines(students);
        assertEquals(shown(HOME.resolve("teacher.md"), "student,exercise,"),
                String.join("\n", rows.stream().filter(row -> !row.contains(",missing,")).toList()));
        assertEquals(1 + 3 * (Exercise.all(HOME).size() + 1), rows.size(), "a row for each student and exercise, "
                + "and one for each student's sum");
    }

    @Test
    void theThreeReportsAreThoseOnThePageForTeachers() throws Exception {
        Map<String, List<Mark>> chosen = new TreeMap<>();
        Set<String> numbers = Set.of("03", "05", "12", "16");
        students.forEach((student, marks) -> chosen.put(student,
                marks.stream().filter(mark -> numbers.contains(mark.exercise().number())).toList()));
        assertEquals(shown(PAGE, "student,exercise,"), String.join("\n", CsvReport.lines(chosen)));
        assertEquals(shown(PAGE, "{\"output\""), Grade.text(GradescopeReport.of(chosen.get("ben"))).strip());
        assertEquals(shown(PAGE, "{\"version\""), Grade.text(ClassroomReport.of(chosen.get("ben"))).strip());
    }

    @Test
    void theThreeReportsGiveTheSamePoints() {
        students.forEach((student, marks) -> {
            int points = marks.stream().mapToInt(Mark::passed).sum();
            assertEquals(points, sum(GradescopeReport.of(marks)), student);
            JsonNode classroom = ClassroomReport.of(marks);
            assertEquals(points, sum(classroom), student);
            // What the reporter prints: the share of rows that passed, times max_score
            long passed = stream(classroom.get("tests")).stream().filter(row -> row.get("status").asText().equals("pass")).count();
            assertEquals(points, (double) passed / classroom.get("tests").size() * classroom.get("max_score").asInt(), 1e-9);
        });
    }

    @Test
    void whatStudentsSeeOnGradescopeDoesNotNameTheOthers() {
        for (JsonNode test : GradescopeReport.of(students.get("ben")).get("tests")) {
            assertEquals(test.get("output").asText().contains("ann"), test.path("visibility").asText().equals("hidden"),
                    test::toString);
        }
    }

    @Test
    void aHostileSubmissionGetsItsLineAndTheOthersAreGraded(@TempDir Path folder) throws Exception {
        Exercise norm = Exercise.chosen(HOME, "05").get(0);
        String right = Exercise.read(norm.source("solutions"));
        handIn(folder, "forger", norm, right.replace("double[] rmsNorm(double[] x, double[] gain, double eps) {", """
                double[] rmsNorm(double[] x, double[] gain, double eps) {
                    try {
                        String[] call = ProcessHandle.current().info().arguments().orElseThrow();
                        String verdict = java.util.Arrays.stream(call).filter(word -> word.endsWith(".json")).findFirst().orElseThrow();
                        java.nio.file.Files.writeString(java.nio.file.Path.of(verdict), "{\\"passed\\": 1000");
                    } catch (java.io.IOException e) {
                        throw new IllegalStateException(e);
                    }
                    Runtime.getRuntime().halt(0);
                """));
        handIn(folder, "huge", norm, "/*" + "x".repeat(2_000_000) + "*/" + right);
        handIn(folder, "loud", norm, right.replace("double[] rmsNorm(double[] x, double[] gain, double eps) {",
                "double[] rmsNorm(double[] x, double[] gain, double eps) { if (x.length > 0) throw new "
                        + "IllegalStateException(\"no\".repeat(1_000_000));"));
        handIn(folder, "zoe", norm, right);
        List<String> states = new ArrayList<>();
        Map<String, List<Mark>> graded = graded(folder, List.of(norm));
        graded.forEach((student, marks) -> {
            states.add(student + " " + marks.get(0).outcome().state());
            assertTrue(marks.get(0).outcome().firstMessage().length() < 1000, student);
        });
        assertEquals(List.of("forger STOPPED", "huge UNREADABLE", "loud UNFINISHED", "zoe DONE"), states);
        assertTrue(graded.get("forger").get(0).outcome().firstMessage().contains("wrote into the grader's file"), graded::toString);
    }

    @Test
    void inAStudentsOwnCopyTheStarterIsTheAnswer(@TempDir Path folder) throws Exception {
        Exercise norm = Exercise.chosen(HOME, "05").get(0);
        Exercise own = new Exercise(folder.resolve("student/exercises"), norm.folder(), norm.type());
        Files.createDirectories(own.source("starters").getParent());
        Files.copy(norm.source("solutions"), own.source("starters"));
        assertEquals(null, Answer.among(List.of(own.source("starters")), own).without());
    }

    @Test
    void theCapstoneUsesTheSameStudentsOtherAnswersWhicheverAreGraded(@TempDir Path folder) throws Exception {
        Exercise capstone = Exercise.chosen(HOME, "22").get(0);
        handIn(folder, "alone", capstone, Exercise.read(capstone.source("solutions")));
        for (Exercise exercise : Exercise.all(HOME)) {
            handIn(folder, "whole", exercise, Exercise.read(exercise.source("solutions")));
        }
        Map<String, List<Mark>> graded = graded(folder, List.of(capstone));
        assertEquals("it uses Patchify.java of exercise 01, which was not handed in",
                graded.get("alone").get(0).outcome().firstMessage());
        assertTrue(graded.get("whole").get(0).done(), graded::toString);
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
                Exercise.read(norm.source("solutions")).replace("package e05_rms_norm;", ""), "solutions");
        assertEquals(Outcome.State.DOES_NOT_COMPILE, outcome.state());
        assertTrue(outcome.firstMessage().contains("keep class, package and methods as the starter has them"),
                outcome::firstMessage);
    }

    @Test
    void severalExercisesAreChosenInTheirOrder() {
        assertEquals(List.of("03", "12"), Exercise.chosen(HOME, "12, 3,03").stream().map(Exercise::number).toList());
    }

    private static Map<String, List<Mark>> graded(Path folder, List<Exercise> exercises) throws Exception {
        return new Grade(HOME, exercises, 60, at -> { }).marks(new Submissions(folder, Exercise.all(HOME)));
    }

    private static void handIn(Path folder, String student, Exercise exercise, String text) throws Exception {
        Files.createDirectories(folder.resolve(student));
        Files.writeString(folder.resolve(student).resolve(exercise.type() + ".java"), text);
    }

    /** The block of a page that begins like this. */
    private static String shown(Path page, String beginning) {
        return String.join("\n", Exercise.read(page).lines().dropWhile(line -> !line.startsWith(beginning))
                .takeWhile(line -> !line.equals("```")).toList());
    }

    private static int sum(JsonNode report) {
        return stream(report.get("tests")).stream().mapToInt(test -> test.get("score").asInt()).sum();
    }

    private static List<JsonNode> stream(JsonNode array) {
        List<JsonNode> all = new ArrayList<>();
        array.forEach(all::add);
        return all;
    }
}
