package exercises;

import com.fasterxml.jackson.databind.ObjectMapper;
import exercises.Outcome.State;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A folder of submissions, one folder for each student, becomes a CSV: a row for each student and exercise.
 *
 * <p>Each answer runs in a Java of its own, with little memory, in an empty folder, and is ended when its time is over. This
 * guards against loops, crashes and {@code System.exit}; it is no wall against a student who means harm.
 */
public final class Grade {

    private final Path home;
    private final List<Exercise> exercises;
    private final int seconds;
    private final Consumer<String> progress;

    /** @param seconds of processor time that one answer may take, compiling included; ten times as many altogether */
    Grade(Path home, List<Exercise> exercises, int seconds, Consumer<String> progress) {
        this.home = home;
        this.exercises = exercises;
        this.seconds = seconds;
        this.progress = progress;
    }

    /**
     * System properties: {@code home}, {@code submissions}, {@code exercise}, {@code seconds}; {@code csv}, the file to
     * write, or empty for standard output.
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path home = Path.of(System.getProperty("home", "."));
        Path submissions = Path.of(System.getProperty("submissions", ""));
        if (System.getProperty("submissions", "").isBlank() || !Files.isDirectory(submissions)) {
            System.err.println("grade: \"" + submissions + "\" is no folder: -Dsubmissions=DIR names the one with a "
                    + "folder for each student");
            System.exit(2);
        }
        List<Exercise> exercises = List.of();
        try {
            exercises = Exercise.chosen(home, System.getProperty("exercise"));
        } catch (IllegalArgumentException e) {
            System.err.println("grade: " + e.getMessage());
            System.exit(2);
        }
        Grade grade = new Grade(home, exercises,
                Integer.getInteger("seconds", 60), at -> System.err.println("grading " + at));
        List<String> lines = grade.csv(submissions);
        String csv = System.getProperty("csv", "");
        if (csv.isBlank()) {
            lines.forEach(new PrintStream(System.out, true, StandardCharsets.UTF_8)::println);
        } else {
            Files.write(Path.of(csv), lines);
        }
    }

    /** The lines of the CSV. */
    List<String> csv(Path submissions) throws IOException, InterruptedException {
        Map<String, Map<Exercise, List<Path>>> students = new TreeMap<>();
        try (Stream<Path> folders = Files.list(submissions)) {
            for (Path folder : folders.filter(Files::isDirectory).sorted().toList()) {
                students.put(folder.getFileName().toString(), answers(folder));
            }
        }
        List<String> lines = new ArrayList<>(List.of("student,exercise,passed,total,state,message,same_as"));
        Map<Exercise, Integer> totals = new LinkedHashMap<>();
        for (String student : students.keySet()) {
            int passed = 0;
            int total = 0;
            int done = 0;
            for (Exercise exercise : exercises) {
                progress.accept(student + " " + exercise.number());
                Outcome outcome = outcome(student, exercise, students.get(student));
                int tests = totals.computeIfAbsent(exercise, Grade::countTests);
                lines.add(row(student, exercise.number() + " " + exercise.title(), outcome.passed(), tests,
                        outcome.state().name().toLowerCase(Locale.ROOT), outcome.firstMessage(),
                        same(student, exercise, students)));
                passed += outcome.passed();
                total += tests;
                done += outcome.state() == State.DONE ? 1 : 0;
            }
            lines.add(row(student, "all", passed, total, done + " of " + exercises.size() + " done", "", ""));
        }
        return lines;
    }

    /** Where a student's files are, by exercise; the folders of a whole copy of the exercises are passed over. */
    private Map<Exercise, List<Path>> answers(Path folder) throws IOException {
        Map<Exercise, List<Path>> found = new LinkedHashMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> all = files.filter(Files::isRegularFile).filter(file -> {
                for (Path part : folder.relativize(file)) {
                    if (List.of("solutions", "tests", "harness", "target", "__MACOSX").contains(part.toString())) {
                        return false;
                    }
                }
                return true;
            }).sorted().toList();
            for (Exercise exercise : Exercise.all(home)) {
                found.put(exercise, all.stream()
                        .filter(f -> f.getFileName().toString().equals(exercise.type() + ".java")).toList());
            }
        }
        return found;
    }

    private Outcome outcome(String student, Exercise exercise, Map<Exercise, List<Path>> handedIn) throws IOException,
            InterruptedException {
        List<Path> files = handedIn.get(exercise);
        if (files.isEmpty()) {
            return new Outcome(State.MISSING, 0, 0, List.of(exercise.type() + ".java was not handed in"));
        }
        if (files.size() > 1) {
            return new Outcome(State.TWICE, 0, 0, List.of(exercise.type() + ".java was handed in " + files.size()
                    + " times"));
        }
        if (words(Exercise.read(files.get(0))).equals(words(Exercise.read(exercise.source("starters"))))) {
            return new Outcome(State.NOT_BEGUN, 0, 0, List.of("the starter as it was"));
        }
        List<Path> others = handedIn.values().stream().filter(found -> found.size() == 1).map(found -> found.get(0)).toList();
        return run(student, exercise, files.get(0), others);
    }

    /** The verdict of a Java of its own. */
    private Outcome run(String student, Exercise exercise, Path answer, List<Path> others) throws IOException,
            InterruptedException {
        Path work = Files.createTempDirectory("grade");
        Path verdict = Files.createTempFile("verdict", ".json");
        try {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m", "-XX:+UseSerialGC", "-Dfile.encoding=UTF-8", "-Dstudent=" + student,
                    "-Dhome=" + home.toAbsolutePath(), "-cp",
                    absolute(System.getProperty("java.class.path")), ExamineOne.class.getName(),
                    home.toAbsolutePath().toString(), exercise.number(), answer.toAbsolutePath().toString(),
                    verdict.toString()));
            others.forEach(other -> command.add(other.toAbsolutePath().toString()));
            Process java = new ProcessBuilder(command)
                    .directory(work.toFile())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            java.getOutputStream().close();
            long begin = System.nanoTime();
            boolean late = false;
            while (!late && !java.waitFor(100, TimeUnit.MILLISECONDS)) {
                late = java.info().totalCpuDuration().orElse(Duration.ZERO).toSeconds() > seconds
                        || System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(10L * seconds);
            }
            if (late) {
                java.descendants().forEach(ProcessHandle::destroyForcibly);
                java.destroyForcibly().waitFor();
                return new Outcome(State.STOPPED, 0, 0, List.of("not finished after " + seconds
                        + " seconds of processor time: does a loop never end?"));
            }
            return Files.size(verdict) > 0 ? new ObjectMapper().readValue(verdict.toFile(), Outcome.class)
                    : new Outcome(State.STOPPED, 0, 0, List.of("Java ended without a verdict: is there a System.exit, "
                    + "or is memory used up?"));
        } finally {
            Files.deleteIfExists(verdict);
            delete(work);
        }
    }

    private static int countTests(Exercise exercise) {
        return Exercise.read(exercise.test()).split("@Test\\b", -1).length - 1;
    }

    /** Others who handed in the same text; "the solution" where it is that. Comments and spaces do not count. */
    private String same(String student, Exercise exercise, Map<String, Map<Exercise, List<Path>>> students) {
        List<Path> own = students.get(student).get(exercise);
        if (own.size() != 1) {
            return "";
        }
        String text = words(Exercise.read(own.get(0)));
        if (text.equals(words(Exercise.read(exercise.source("starters"))))) {
            return "";
        }
        StringJoiner same = new StringJoiner("; ");
        if (text.equals(words(Exercise.read(exercise.source("solutions"))))) {
            same.add("the solution");
        }
        students.forEach((other, answers) -> {
            List<Path> theirs = answers.get(exercise);
            if (!other.equals(student) && theirs.size() == 1 && words(Exercise.read(theirs.get(0))).equals(text)) {
                same.add(other);
            }
        });
        return same.toString();
    }

    private static String words(String source) {
        return source.replaceAll("(?s)/\\*.*?\\*/", "").replaceAll("//[^\\n]*", "").replaceAll("\\s+", "");
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

    private static String absolute(String classPath) {
        StringJoiner path = new StringJoiner(File.pathSeparator);
        for (String entry : classPath.split(File.pathSeparator)) {
            path.add(Path.of(entry).toAbsolutePath().toString());
        }
        return path.toString();
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
