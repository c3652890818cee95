package exercises;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;

/** Examines one answer in a Java of its own, for {@link Grade}, and writes the {@link Outcome} to a file as JSON. */
final class ExamineOne {

    private ExamineOne() {
    }

    /** @param args the folder exercises, the exercise's number, the answer's file, the file to write */
    public static void main(String[] args) throws IOException {
        Exercise exercise = Exercise.chosen(Path.of(args[0]), args[1]).get(0);
        Outcome outcome = new Examiner().examine(exercise, Exercise.read(Path.of(args[2])));
        new ObjectMapper().writeValue(new File(args[3]), outcome);
        System.exit(0);
    }
}
