package llava4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import llava4j.execution.Threads;
import llava4j.model.LlavaConfig;
import llava4j.model.LossGraph;
import llava4j.model.Prompt;
import llava4j.support.Near;
import llava4j.support.TinyModel;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

@DisplayName("A batch whose rows are shared among cores")
class ParallelLossTest {

    private static final int BATCH = 6;

    private final LlavaConfig config = TinyModel.config("linear");
    private final Map<String, INDArray> weights = TinyModel.weights(config, 3);

    /** Rows of different lengths with very different numbers of scored tokens; row 1 has no picture. */
    private Prompt prompt() {
        Random random = new Random(5);
        List<int[]> rows = IntStream.range(0, BATCH).mapToObj(b -> {
            int[] words = TinyModel.words(random, 6 + 2 * b);
            for (int p = 0; b != 1 && p < TinyModel.IMAGE_TOKENS; p++) {
                words[1 + p] = TinyModel.IMAGE;
            }
            return words;
        }).toList();
        return Prompt.padded(rows, TinyModel.PAD, false, TinyModel.features(config, BATCH - 1, 4));
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

    @Test
    @DisplayName("has the loss and the gradient of the batch taken whole")
    void partsMakeTheWhole() {
        Prompt prompt = prompt();
        int[][] labels = labels(prompt);
        LossGraph.Gradients whole = new LossGraph(config, weights, BATCH, name -> !name.startsWith("vision"), true)
                .gradients(prompt, labels);
        LossGraph.Gradients parts = new ParallelLoss(config, weights, BATCH, name -> !name.startsWith("vision"), true)
                .gradients(prompt, labels);
        assertEquals(whole.loss(), parts.loss(), 1e-6);
        assertEquals(whole.supervised(), parts.supervised());
        assertEquals(whole.byName().keySet(), parts.byName().keySet());
        whole.byName().forEach((name, gradient) ->
                Near.assertRelative(gradient, parts.byName().get(name), 1e-5, name));
    }

    @Test
    @DisplayName("takes the pictures of its rows along and leaves padding behind that none of them needs")
    void rowsOfABatch() {
        Prompt prompt = prompt();
        Prompt part = prompt.rows(1, 3, config);
        assertEquals(2, part.batch());
        assertEquals(10, part.length(), "the longer of rows 1 and 2");
        assertEquals(TinyModel.IMAGE_TOKENS, part.features().size(0), "row 1 has no picture, row 2 has one");
        assertTrue(Near.sameBits(prompt.features().getRow(4), part.features().getRow(0)), "row 0's picture comes before");
    }

    @Test
    @DisplayName("is cut into equal parts, at most one for each core")
    void equalParts() {
        for (int batch = 1; batch <= 12; batch++) {
            int parts = Threads.parts(8, batch);
            assertEquals(0, batch % parts);
            assertTrue(parts <= Math.max(1, Runtime.getRuntime().availableProcessors()));
        }
        assertEquals(1, Threads.parts(4096, 12), "a second set of gradients is too much for a very wide model");
    }
}
