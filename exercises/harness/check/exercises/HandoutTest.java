package exercises;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What students get has all that they need and no answer. */
class HandoutTest {

    private static final Path HOME = Path.of("");

    @TempDir
    Path folder;

    @Test
    void noTextOfASolutionIsInAHandout() throws Exception {
        Path out = folder.resolve("first class/exercises");
        assertEquals(0, handout("--out", out.getParent().toString()));
        List<String> texts;
        try (Stream<Path> files = Files.walk(out)) {
            texts = files.filter(Files::isRegularFile).map(Exercise::read).toList();
        }
        for (Exercise exercise : Exercise.all(HOME)) {
            assertFalse(texts.contains(Exercise.read(exercise.source("solutions"))), exercise::title);
        }
        assertFalse(Files.exists(out.resolve("solutions")));
        assertFalse(Files.exists(out.resolve("harness/submissions")));
        assertFalse(Files.exists(out.resolve("teacher.md")));
    }

    @Test
    void everyExerciseHasItsPageStarterAndTests() throws Exception {
        Path out = folder.resolve("out/exercises");
        handout("--out", out.getParent().toString());
        for (Exercise exercise : Exercise.all(HOME)) {
            Exercise given = new Exercise(out, exercise.folder(), exercise.type());
            assertEquals(Exercise.read(exercise.source("starters")), Exercise.read(given.source("starters")));
            assertEquals(Exercise.read(exercise.test()), Exercise.read(given.test()));
            assertTrue(Files.exists(given.page()), exercise::title);
        }
    }

    @Test
    void theCapstoneFindsItsModelBesideTheExercises() throws Exception {
        Path out = folder.resolve("out/exercises");
        handout("--out", out.getParent().toString());
        System.setProperty("home", out.toString());
        try {
            assertEquals(48, TinyModel.shipped().picture("000001")[0].length);
            assertTrue(TinyModel.shipped().has("model.mm_projector.weight"));
        } finally {
            System.clearProperty("home");
        }
    }

    @Test
    void theClassSeedsTheNumbers() throws Exception {
        Path out = folder.resolve("out/exercises");
        handout("--out", out.getParent().toString(), "--class", "7b 2026");
        assertTrue(Exercise.read(out.resolve("pom.xml")).contains("<student>7b 2026</student>"));
    }

    @Test
    void anAutograderHasItsScriptsAtTheTopAndNoSolution() throws Exception {
        Path out = folder.resolve("autograder");
        assertEquals(0, handout("--out", out.toString(), "--for", "gradescope"));
        assertTrue(Files.isExecutable(out.resolve("run_autograder")));
        assertTrue(Files.isExecutable(out.resolve("setup.sh")));
        assertFalse(Files.exists(out.resolve("exercises/solutions")));
    }

    @Test
    void aTemplateForClassroomHasTheWorkflowThatReportsItsOwnStep() throws Exception {
        Path out = folder.resolve("template");
        assertEquals(0, handout("--out", out.toString(), "--for", "classroom"));
        String workflow = Exercise.read(out.resolve(".github/workflows/classroom.yml"));
        // The reporter looks for NAME_RESULTS of each runner that it is given
        String runner = workflow.lines().filter(line -> line.strip().startsWith("runners: ")).findFirst().orElseThrow()
                .strip().substring("runners: ".length());
        assertTrue(workflow.contains("id: " + runner + "\n"), workflow);
        assertTrue(workflow.contains(runner.toUpperCase(java.util.Locale.ROOT) + "_RESULTS: \"${{ steps." + runner
                + ".outputs.result }}\""), workflow);
    }

    @Test
    void anUnknownServiceIsRefusedBeforeAnythingIsWritten() throws Exception {
        Path out = folder.resolve("out");
        assertEquals(2, handout("--out", out.toString(), "--for", "moodle"));
        assertFalse(Files.exists(out));
    }

    @Test
    void aFolderThatExistsIsNotWrittenInto() throws Exception {
        assertEquals(2, handout("--out", folder.toString()));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(0, files.count());
        }
    }

    private static int handout(String... options) throws Exception {
        List<String> command = Stream.concat(Stream.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "Handout.java"), Stream.of(options)).toList();
        return new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
    }
}
