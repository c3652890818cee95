package exercises;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Examines one answer in a Java of its own, for {@link Grade}, and writes the {@link Outcome} to a file as JSON. */
final class ExamineOne {

    private ExamineOne() {
    }

    /**
     * @param args the folder exercises, the exercise's number, the answer's file, the file to write; then the same student's
     *             other files, which the answer may use
     */
    public static void main(String[] args) throws IOException {
        Exercise exercise = Exercise.chosen(Path.of(args[0]), args[1]).get(0);
        List<Path> others = Arrays.stream(args).skip(4).map(Path::of).toList();
        Outcome outcome = new Examiner().examine(exercise, Exercise.read(Path.of(args[2])), earlier -> others.stream()
                .filter(file -> file.endsWith(earlier.type() + ".java")).findFirst().map(Exercise::read).orElse(null));
        new ObjectMapper().writeValue(new File(args[3]), outcome);
        System.exit(0);
    }
}
