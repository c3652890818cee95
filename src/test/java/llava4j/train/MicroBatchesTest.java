package llava4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import llava4j.Llava;
import llava4j.data.LastBatch;
import llava4j.error.UserError;
import llava4j.model.LlavaConfig;
import llava4j.model.LossGraph;
import llava4j.model.Prompt;
import llava4j.support.Near;
import llava4j.support.SmallWorld;
import llava4j.support.TinyModel;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;

@DisplayName("A batch that is run in pieces")
class MicroBatchesTest {

    private static final TrainingListener QUIET = (step, steps, loss, tokens) -> { };
    private static final int BATCH = 19;

    private final LlavaConfig config = TinyModel.config("linear");
    private final Map<String, INDArray> weights = TinyModel.weights(config, 3);

    /** Rows of very different lengths; every third has no picture. */
    private Prompt prompt() {
        Random random = new Random(5);
        List<int[]> rows = IntStream.range(0, BATCH).mapToObj(b -> {
            int[] words = TinyModel.words(random, 7 + 11 * (b % 5));
            for (int p = 0; b % 3 != 1 && p < TinyModel.IMAGE_TOKENS; p++) {
                words[1 + p] = TinyModel.IMAGE;
            }
            return words;
        }).toList();
        int pictures = (int) IntStream.range(0, BATCH).filter(b -> b % 3 != 1).count();
        return Prompt.padded(rows, TinyModel.PAD, false, TinyModel.features(config, pictures, 4));
    }

    private static int[][] labels(Prompt prompt) {
        int[][] labels = new int[BATCH][prompt.length()];
        for (int b = 0; b < BATCH; b++) {
            for (int t = 0; t < prompt.length(); t++) {
                labels[b][t] = prompt.attends()[b][t] && t > 4 ? prompt.ids()[b][t] : LossGraph.IGNORED;
            }
        }
        return labels;
    }

    /** ‖a − b‖ / ‖b‖, all parameters taken as one long vector. */
    private static double distance(Map<String, INDArray> a, Map<String, INDArray> b) {
        assertEquals(b.keySet(), a.keySet());
        double difference = 0;
        double length = 0;
        for (String name : b.keySet()) {
            difference += Math.pow(a.get(name).sub(b.get(name)).norm2Number().doubleValue(), 2);
            length += Math.pow(b.get(name).norm2Number().doubleValue(), 2);
        }
        return Math.sqrt(difference / length);
    }

    @ParameterizedTest(name = "of {1} rows, stage {0}")
    @CsvSource({"1,1", "1,4", "1,16", "2,1", "2,4", "2,16"})
    @DisplayName("has the loss and the gradient of the batch taken whole, to a millionth")
    void piecesMakeTheWhole(int stage, int rows) {
        Predicate<String> trained = Stage.of(stage).trained();
        Prompt prompt = prompt();
        int[][] labels = labels(prompt);
        LossGraph.Gradients whole = new LossGraph(config, weights, BATCH, trained, true).gradients(prompt, labels);
        MicroBatches pieces = new MicroBatches(config, new ParallelLoss(config, weights, rows, trained, true), rows);
        for (int run = 0; run < 2; run++) {                  // the second adds to nothing that the first has left
            LossGraph.Gradients sum = pieces.gradients(prompt, labels, 0);
            assertEquals(whole.loss(), sum.loss(), 1e-6);
            assertEquals(whole.supervised(), sum.supervised());
            double distance = distance(sum.byName(), whole.byName());
            assertTrue(distance < 1e-6, () -> "relative distance " + distance);
        }
    }

    @Test
    @DisplayName("takes no more memory when its last piece is smaller, or when the whole batch is smaller than a piece")
    void memory() {
        Prompt prompt = prompt();
        int[][] labels = labels(prompt);
        ParallelLoss loss = new ParallelLoss(config, weights, 4, name -> true, true);
        MicroBatches pieces = new MicroBatches(config, loss, 4);
        pieces.gradients(prompt.rows(0, 16, config), labels, 0);
        pieces.gradients(prompt.rows(0, 16, config), labels, 0);         // what the longest piece made useless is freed by now
        long full = loss.bytes();
        pieces.gradients(prompt, labels, 0);
        pieces.gradients(prompt.rows(0, 3, config), java.util.Arrays.copyOf(labels, 3), 0);
        assertEquals(full, loss.bytes(), 0.05 * full, "pieces of other lengths; a graph for 3 rows would add three quarters");
    }

    @Test
    @DisplayName("in which nothing is scored is refused, as a whole one is")
    void nothingScored() {
        Prompt prompt = prompt();
        int[][] none = new int[BATCH][prompt.length()];
        IntStream.range(0, BATCH).forEach(b -> java.util.Arrays.fill(none[b], LossGraph.IGNORED));
        MicroBatches pieces = new MicroBatches(config, new ParallelLoss(config, weights, 4, name -> true, true), 4);
        org.junit.jupiter.api.Assertions.assertThrows(UserError.class, () -> pieces.gradients(prompt, none, 0));
    }

    @Test
    @DisplayName("is resumed in pieces of the same size alone, and ends near the weights of whole batches")
    void resumed(@TempDir Path folder) {
        SmallWorld world = SmallWorld.in(folder);
        Path state = folder.resolve("state.safetensors");
        Llava whole = world.model();
        run(world, whole).train(plan(12), QUIET, null, false);
        Llava pieces = world.model();
        run(world, pieces).train(plan(5), QUIET, state, false);
        assertTrue(distance(pieces.weights(), whole.weights()) < 1e-4);
        String refused = org.junit.jupiter.api.Assertions.assertThrows(UserError.class,
                () -> run(world, world.model()).train(plan(4), QUIET, state, true)).getMessage();
        assertTrue(refused.contains("--micro-batch was 5, now 4"), refused);
        Llava resumed = world.model();
        run(world, resumed).train(plan(5), QUIET, state, true);
        pieces.weights().forEach((name, array) -> assertTrue(Near.sameBits(array, resumed.weights().get(name)), name));
    }

    private static TrainingPlan plan(int microBatch) {
        return TrainingPlan.ofSteps(4).withBatch(12).withMemory(microBatch, false);
    }

    private static StageRun run(SmallWorld world, Llava model) {
        return new StageRun(Stage.INSTRUCTION_TUNING, model, world.file("instructions.json"), world.images(), 12, 0, null,
                LastBatch.KEPT);
    }
}
