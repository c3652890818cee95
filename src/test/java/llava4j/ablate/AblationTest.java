package llava4j.ablate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import llava4j.checkpoint.WholeFile;
import llava4j.error.UserError;
import llava4j.evaluate.scienceqa.ProblemFormat;
import llava4j.model.Design;
import llava4j.train.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs of a table whose results are known: what is run again after a stop, and what is said of the order. */
class AblationTest {

    private static final Row BEST = new Row("best", "best", 90, 0);
    private static final Row WORSE = new Row("worse", "worse", 85, -1);
    private static final Row NOISY = new Row("noisy", "noisy", 85, -1);
    private static final Row BETTER = new Row("better", "better", 85, -1);
    private static final Row ELSEWHERE = new Row("elsewhere", "elsewhere", Double.NaN, 1);

    private final List<String> ran = new ArrayList<>();

    @TempDir
    private Path out;

    private final class Known implements PaperTable {

        private String broken = "";

        @Override
        public int number() {
            return 4;
        }

        @Override
        public String measure() {
            return "score";
        }

        @Override
        public List<Row> rows() {
            return List.of(BEST, WORSE, NOISY, BETTER, ELSEWHERE);
        }

        @Override
        public List<String> details() {
            return List.of("part");
        }

        @Override
        public int steps(Row row) {
            return 6;
        }

        @Override
        public Beginning beginning(Row row) {
            return new Beginning(Design.PAPER, row == NOISY ? Optional.of(ProblemFormat.ANSWER_FIRST) : Optional.empty(),
                    row != NOISY);
        }

        @Override
        public Path state(Row row, long seed) {
            return out.resolve("state-" + row.key() + seed);
        }

        @Override
        public Map<String, Double> run(Row row, long seed, TrainingListener progress) {
            WholeFile.write(state(row, seed), "saved on the way");
            if (broken.equals(row.key() + seed)) {
                throw new UserError("stopped");
            }
            ran.add(row.key() + seed);
            double score = 60 + seed + (row == WORSE ? -10 + seed : row == NOISY ? 8 * seed - 9
                    : row == BETTER || row == ELSEWHERE ? 5 : 0);
            return Map.of(SCORE, score, "part", 1.0);
        }
    }

    private Ablation.Settings settings(int steps, boolean resume) {
        return new Ablation.Settings(out, out, List.of(0L, 1L, 2L), 4, steps, 6, resume);
    }

    private Alignment stage1() {
        return new Alignment(out, out, 4, 5);
    }

    private Comparison run(Known table, boolean resume) {
        return new Ablation(table, stage1(), settings(5, resume)).run(text -> { }, (step, steps, loss, tokens) -> { });
    }

    @Test
    void aStoppedAblationDoesTheRestAndComesToTheSame() {
        Known table = new Known();
        table.broken = "noisy1";
        assertThrows(UserError.class, () -> run(table, false));
        assertEquals(7, ran.size());
        assertTrue(Files.exists(table.state(NOISY, 1)), "what a stopped run has saved stays");
        assertFalse(Files.exists(table.state(WORSE, 1)), "a finished run needs it no more");
        table.broken = "";
        Ablation resumed = new Ablation(table, stage1(), settings(5, true));
        assertEquals(8, resumed.runsLeft());
        assertEquals(8 * 6 + 2 * 5 + 4, resumed.stepsLeft(), "stage 1 once for each seed that is left, shared by its rows; the "
                + "decoder that reads once in all");
        String stopped = resumed.run(text -> { }, (step, steps, loss, tokens) -> { }).markdown();
        assertEquals(15, ran.size());
        assertEquals(15, ran.stream().distinct().count(), "nothing twice");
        assertEquals(stopped, run(table, true).markdown());
        assertEquals(15, ran.size(), "all was finished");
        assertEquals(stopped, run(table, false).markdown());
        assertEquals(30, ran.size(), "without --resume everything is run again");
    }

    @Test
    void resultsOfOtherStepsAreNotMixedIn() {
        run(new Known(), false);
        Ablation other = new Ablation(new Known(), stage1(), settings(7, true));
        assertTrue(assertThrows(UserError.class, other::runsLeft).getMessage().contains("5 steps of stage 1, then 6 steps of 32 samples, not of 7 steps"));
    }

    @Test
    void aFileThatIsNoResultIsNamed() throws Exception {
        Files.writeString(out.resolve("table4-best-seed0.json"), "{");
        Ablation ablation = new Ablation(new Known(), stage1(), settings(5, true));
        assertTrue(assertThrows(UserError.class, ablation::runsLeft).getMessage().contains("table4-best-seed0.json"));
    }

    @Test
    void rowsAreComparedSeedBySeed() {
        Comparison comparison = run(new Known(), false);
        Spread worse = comparison.difference(WORSE, PaperTable.SCORE, BEST, PaperTable.SCORE);
        assertEquals(-9, worse.mean(), 1e-9);           // −10, −9, −8
        assertEquals(1, worse.spread(), 1e-9);
        assertEquals(61, comparison.value(BEST, PaperTable.SCORE).mean(), 1e-9);
        assertEquals("61.0 ± 1.0", comparison.value(BEST, PaperTable.SCORE).toString());
    }

    @Test
    void theSentenceSaysWhetherTheOrderIsThePapers() {
        Comparison comparison = run(new Known(), false);
        assertEquals("worse: 9.0 points below the first row here (spread 1.0), 5.0 points below it in the paper: the order "
                + "agrees.", comparison.sentence(WORSE));
        assertTrue(comparison.sentence(NOISY).endsWith("no order shows."));
        assertTrue(comparison.sentence(BETTER).endsWith("the order differs."));
        assertTrue(comparison.sentence(ELSEWHERE).contains("not in this table of the paper"));
        assertTrue(comparison.sentence(ELSEWHERE).endsWith("the order agrees."));
    }

    @Test
    void theMarkdownHasARowForEachWithThePapersFigure() {
        String markdown = run(new Known(), false).markdown();
        assertTrue(markdown.contains("| best | 90.0 | 61.0 ± 1.0 | 1.0 ± 0.0 |"));
        assertTrue(markdown.contains("| elsewhere | - |"));
        assertFalse(markdown.contains("NaN"));
    }
}
