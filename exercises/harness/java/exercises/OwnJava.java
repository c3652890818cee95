package exercises;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import exercises.Outcome.State;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Examines an answer in a Java of its own, with little memory, in an empty folder, for a limited time.
 *
 * <p>So a loop, a crash, a {@code System.exit} or endless output ends that answer and no other: what it prints is thrown away, and
 * the verdict comes through a file. It is no wall against a student who means harm: the code runs as the grader does.
 */
final class OwnJava {

    /** A verdict has a line for each test; what is larger was not written by {@link ExamineOne}. */
    private static final long LARGEST_VERDICT = 1 << 16;

    private final Path home;
    private final int seconds;

    /** @param seconds of processor time that one answer may take, compiling included; ten times as many altogether */
    OwnJava(Path home, int seconds) {
        this.home = home;
        this.seconds = seconds;
    }

    /**
     * The verdict on an answer.
     *
     * @param student seeds the numbers that the tests draw
     * @param others  the same student's other files, which the answer may use
     */
    Outcome examine(String student, Exercise exercise, Path answer, List<Path> others) throws IOException,
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
            return inTime(java) ? read(verdict) : stopped("not finished after " + seconds
                    + " seconds of processor time: does a loop never end?");
        } finally {
            Files.deleteIfExists(verdict);
            delete(work);
        }
    }

    /** Waits for the end, or brings it about; whatever the answer started ends with it. */
    private boolean inTime(Process java) throws InterruptedException {
        Set<ProcessHandle> started = new HashSet<>();
        long begin = System.nanoTime();
        boolean late = false;
        while (!late && !java.waitFor(100, TimeUnit.MILLISECONDS)) {
            java.descendants().forEach(started::add);
            late = java.info().totalCpuDuration().orElse(Duration.ZERO).toSeconds() > seconds
                    || System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(10L * seconds);
        }
        java.destroyForcibly().waitFor();
        started.forEach(ProcessHandle::destroyForcibly);
        return !late;
    }

    private static Outcome read(Path verdict) throws IOException {
        if (!Files.exists(verdict) || Files.size(verdict) == 0) {
            return stopped("Java ended without a verdict: is there a System.exit, or is memory used up?");
        }
        try {
            if (Files.size(verdict) <= LARGEST_VERDICT) {
                return new ObjectMapper().readValue(verdict.toFile(), Outcome.class);
            }
        } catch (JsonProcessingException e) {
            // as below
        }
        return stopped("the answer wrote into the grader's file: look at it yourself");
    }

    private static Outcome stopped(String message) {
        return new Outcome(State.STOPPED, 0, 0, List.of(message));
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
