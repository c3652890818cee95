package llava4j.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The answers of an exam")
class AnswerFilesTest {

    private static final List<String> SAID = List.of("A dog.", "", "\"Two\" apples\nand a bus.");

    @Test
    @DisplayName("are asked for once by a run that goes on")
    void keptByAResumedRun(@TempDir Path folder) {
        new AnswerFiles(folder, false).of("held_out", () -> SAID);
        assertEquals(SAID, new AnswerFiles(folder, true).of("held_out", () -> fail("asked again")));
    }

    @Test
    @DisplayName("are removed by a run that begins anew, those of exams that it has not come to among them")
    void removedByANewRun(@TempDir Path folder) {
        new AnswerFiles(folder, false).of("swapped", () -> SAID);
        new AnswerFiles(folder, false).of("held_out", () -> SAID);
        assertEquals(List.of("No."), new AnswerFiles(folder, true).of("swapped", () -> List.of("No.")));
    }
}
