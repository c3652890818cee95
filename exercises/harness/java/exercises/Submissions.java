package exercises;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A folder of submissions, one folder for each student, in which a file is found by its name wherever it lies. */
final class Submissions {

    /** Folders of a whole copy of the exercises, and of archives, in which no answer lies. */
    private static final Set<String> PASSED_OVER = Set.of("solutions", "tests", "harness", "target", "__MACOSX");

    private final Map<String, Map<Exercise, Answer>> students = new TreeMap<>();

    /** @param exercises all, whichever are graded: an answer may use the same student's answers to earlier ones */
    Submissions(Path folder, List<Exercise> exercises) throws IOException {
        List<Path> folders;
        try (Stream<Path> all = Files.list(folder)) {
            folders = all.filter(Files::isDirectory).sorted().toList();
        }
        for (Path student : folders) {
            List<Path> files = filesIn(student);
            Map<Exercise, Answer> answers = new LinkedHashMap<>();
            for (Exercise exercise : exercises) {
                answers.put(exercise, Answer.among(files.stream()
                        .filter(f -> f.getFileName().toString().equals(exercise.type() + ".java")).toList(), exercise));
            }
            students.put(student.getFileName().toString(), answers);
        }
    }

    /** The students in alphabetical order. */
    Set<String> students() {
        return students.keySet();
    }

    Answer answer(String student, Exercise exercise) {
        return students.get(student).get(exercise);
    }

    /** The files of all answers of a student, one at most for each exercise. */
    List<Path> files(String student) {
        return students.get(student).values().stream().map(Answer::file).filter(Objects::nonNull).toList();
    }

    /** Others who handed in the same text; "the solution" where it is that. */
    String same(String student, Exercise exercise) {
        String words = answer(student, exercise).words();
        StringJoiner same = new StringJoiner("; ");
        if (words.isEmpty()) {
            return "";
        }
        Path solution = exercise.source("solutions");                       // a handout has none
        if (Files.exists(solution) && words.equals(Answer.words(Exercise.read(solution)))) {
            same.add("the solution");
        }
        for (String other : students.keySet()) {
            if (!other.equals(student) && answer(other, exercise).words().equals(words)) {
                same.add(other);
            }
        }
        return same.toString();
    }

    /** All files; a folder that may not be read has none, and is no reason to stop. */
    private static List<Path> filesIn(Path student) throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(student, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return !folder.equals(student) && PASSED_OVER.contains(folder.getFileName().toString())
                        ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (Files.isRegularFile(file)) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException unreadable) {
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException unreadable) {
                return FileVisitResult.CONTINUE;
            }
        });
        return files.stream().sorted().toList();
    }
}
