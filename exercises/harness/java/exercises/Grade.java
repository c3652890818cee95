package exercises;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Grades a folder of submissions, one folder for each student, for a spreadsheet, for Gradescope and for GitHub Classroom.
 *
 * <p>Every answer runs in a Java of its own ({@link OwnJava}), so that none stops the others.
 */
public final class Grade {

    private final List<Exercise> exercises;
    private final OwnJava java;
    private final Consumer<String> progress;

    /** @param seconds of processor time that one answer may take */
    Grade(Path home, List<Exercise> exercises, int seconds, Consumer<String> progress) {
        this.exercises = exercises;
        this.java = new OwnJava(home, seconds);
        this.progress = progress;
    }

    /**
     * System properties: {@code home}, {@code submissions}, {@code exercise}, {@code seconds}; what to write, any of {@code csv},
     * a file, {@code gradescope} and {@code classroom}, folders; without any of them the CSV goes to standard output.
     * {@code called} is the folder that relative paths begin in.
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path home = Path.of(System.getProperty("home", "."));
        Path submissions = path("submissions");
        if (submissions == null || !Files.isDirectory(submissions)) {
            stop("\"" + System.getProperty("submissions", "") + "\" is no folder: -Dsubmissions=DIR names the one with a "
                    + "folder for each student");
        }
        List<Exercise> exercises = List.of();
        try {
            exercises = Exercise.chosen(home, System.getProperty("exercise"));
        } catch (IllegalArgumentException e) {
            stop(e.getMessage());
        }
        Path csv = path("csv");
        Path gradescope = path("gradescope");
        Path classroom = path("classroom");
        canBeWritten(csv, gradescope, classroom);
        Map<String, List<Mark>> students = new Grade(home, exercises, Integer.getInteger("seconds", 60),
                at -> System.err.println("grading " + at)).marks(new Submissions(submissions, Exercise.all(home)));
        if (csv != null) {
            write(csv, String.join("\n", CsvReport.lines(students)) + "\n");
        } else if (gradescope == null && classroom == null) {
            CsvReport.lines(students).forEach(new PrintStream(System.out, true, StandardCharsets.UTF_8)::println);
        }
        write(gradescope, "results.json", students, GradescopeReport::of);
        write(classroom, "classroom.json", students, ClassroomReport::of);
    }

    /** The marks of each student, in alphabetical order. */
    Map<String, List<Mark>> marks(Submissions submissions) throws IOException, InterruptedException {
        Map<String, List<Mark>> students = new LinkedHashMap<>();
        Map<Exercise, Integer> tests = new HashMap<>();
        for (String student : submissions.students()) {
            List<Mark> marks = new ArrayList<>();
            for (Exercise exercise : exercises) {
                progress.accept(student + " " + exercise.number());
                Answer answer = submissions.answer(student, exercise);
                Outcome outcome = answer.without() != null ? answer.without()
                        : java.examine(student, exercise, answer.file(), submissions.files(student));
                marks.add(new Mark(exercise, outcome, tests.computeIfAbsent(exercise, Grade::countTests),
                        submissions.same(student, exercise)));
            }
            students.put(student, marks);
        }
        return students;
    }

    private static int countTests(Exercise exercise) {
        return Exercise.read(exercise.test()).split("@Test\\b", -1).length - 1;
    }

    /** A path from the folder that the command was given in; Maven starts this in the folder exercises. */
    private static Path path(String property) {
        String text = System.getProperty(property, "");
        return text.isBlank() ? null : Path.of(System.getProperty("called", "")).resolve(text);
    }

    /** Before a class is graded: a file that can't be written would be noticed last. */
    private static void canBeWritten(Path csv, Path... folders) {
        if (csv != null && Files.isDirectory(csv)) {
            stop("-Dcsv=" + csv + " is a folder: name a file");
        }
        try {
            if (csv != null) {
                Files.createDirectories(csv.toAbsolutePath().getParent());
            }
            for (Path folder : folders) {
                if (folder != null) {
                    Files.createDirectories(folder);
                }
            }
        } catch (IOException e) {
            stop("no folder can be made there: " + e.getMessage());
        }
    }

    private static void write(Path folder, String name, Map<String, List<Mark>> students, Function<List<Mark>, ObjectNode> report)
            throws IOException {
        if (folder == null) {
            return;
        }
        for (String student : students.keySet()) {
            Files.createDirectories(folder.resolve(student));
            write(folder.resolve(student).resolve(name), text(report.apply(students.get(student))));
        }
    }

    /** JSON with a line for each test. */
    static String text(ObjectNode report) throws IOException {
        return new ObjectMapper().writer(new DefaultPrettyPrinter().withObjectIndenter(new DefaultPrettyPrinter.NopIndenter())
                .withArrayIndenter(new DefaultIndenter("  ", "\n"))).writeValueAsString(report) + "\n";
    }

    /** The whole file or none. */
    private static void write(Path file, String text) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.writeString(part, text);
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void stop(String mistake) {
        System.err.println("grade: " + mistake);
        System.exit(2);
    }
}
