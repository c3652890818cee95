package exercises;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A saved file is examined at once, and what does not compile is shown with a caret below it. */
class WatchTest {

    private static final Exercise NORM = Exercise.chosen(Path.of(""), "05").get(0);

    @TempDir
    private Path home;
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private Exercise copy;
    private Watch watch;
    private int saves;

    @BeforeEach
    void copyOneExercise() throws IOException {
        copy = new Exercise(home, NORM.folder(), NORM.type());
        for (Path file : List.of(NORM.page(), NORM.source("starters"), NORM.test())) {
            Path to = home.resolve(file);
            Files.createDirectories(to.getParent());
            Files.copy(file, to);
        }
        watch = new Watch(Exercise.all(home), new PrintStream(said, true, StandardCharsets.UTF_8));
    }

    @Test
    void nothingIsSaidUntilAFileIsSaved() {
        watch.look();
        assertEquals("", said.toString(StandardCharsets.UTF_8));
    }

    @Test
    void itBeginsWithoutTheSolutionsAsInAHandoutAndSaysNothing() {
        watch.warmUp();
        assertEquals("", said.toString(StandardCharsets.UTF_8));
    }

    @Test
    void aSavedAnswerIsExaminedOnce() throws IOException {
        save(Exercise.read(NORM.source("solutions")));
        watch.look();
        String once = said.toString(StandardCharsets.UTF_8);
        assertTrue(once.contains("05 rms norm  6/6  done"), once);
        watch.look();
        assertEquals(once, said.toString(StandardCharsets.UTF_8));
    }

    @Test
    void whatDoesNotCompileIsShownWithItsLineAndACaret() throws IOException {
        save("package e05_rms_norm;\n\npublic final class RmsNorm {\n    int x = 1\n}\n");
        watch.look();
        assertTrue(said.toString(StandardCharsets.UTF_8).replace("\r", "").contains(
                "does not compile: RmsNorm.java line 4: ';' expected\n        int x = 1\n                 ^\n"),
                () -> said.toString(StandardCharsets.UTF_8));
    }

    @Test
    void aForgottenImportIsNamed() throws IOException {
        save("package e05_rms_norm;\n\npublic final class RmsNorm {\n    List<String> x;\n}\n");
        watch.look();
        assertTrue(said.toString(StandardCharsets.UTF_8).contains("Is \"import java.util.List;\" missing at the top?"),
                () -> said.toString(StandardCharsets.UTF_8));
    }

    @Test
    void hintsAreToldOnRequestOneAfterTheOther() throws IOException {
        watch.hint();
        assertTrue(said.toString(StandardCharsets.UTF_8).contains("Save a file first"));
        save(Exercise.read(NORM.source("solutions")));
        watch.look();
        watch.hint();
        watch.hint();
        String all = said.toString(StandardCharsets.UTF_8);
        assertTrue(all.contains("Hint 1 of 2: " + NORM.hint(1)) && all.contains("Hint 2 of 2: " + NORM.hint(2)), all);
    }

    /** Saves the answer, each time a second later. */
    private void save(String text) throws IOException {
        Path file = copy.source("starters");
        FileTime before = Files.getLastModifiedTime(file);
        Files.writeString(file, text);
        Files.setLastModifiedTime(file, FileTime.fromMillis(before.toMillis() + 1000 * ++saves));
    }
}
