package llava4j.model;

import static llava4j.support.Near.assertNear;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import llava4j.support.TinyModel;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

@DisplayName("The cache of keys and values")
class KeyValueCacheTest {

    private static final int I = TinyModel.IMAGE;

    private final LlavaConfig config = TinyModel.config("mlp2x_gelu");
    private final Map<String, INDArray> weights = TinyModel.weights(config, 3);

    @Test
    @DisplayName("gives for 70 further tokens the logits of the whole sequence run anew, past its first capacity of 64")
    void aStepGivesWhatTheWholeSequenceGives() {
        int steps = 70;
        INDArray features = TinyModel.features(config, 2, 4);
        List<int[]> prompts = List.of(new int[] {1, 7, I, I, I, I, 9, 12, 11}, new int[] {1, I, I, I, I, 8});
        int[][] more = {TinyModel.words(new Random(5), steps), TinyModel.words(new Random(6), steps)};

        Prompt prompt = Prompt.padded(prompts, TinyModel.PAD, true, features);
        ForwardGraph.Result read = new ForwardGraph(config, weights, 2, true).prefill(prompt);
        KeyValueCache cache = new KeyValueCache(config.decoder(), 2);
        cache.append(read.keys(), read.values(), prompt.attends());
        StepGraph graph = new StepGraph(config, weights, 2);
        List<INDArray> cached = new ArrayList<>(List.of(read.logits()));
        for (int step = 0; step < steps; step++) {
            cached.add(graph.step(new int[] {more[0][step], more[1][step]}, cache));
        }

        assertEquals(9 + steps, cache.length());
        assertTrue(cache.capacity() > 64);
        List<int[]> whole = IntStream.range(0, 2).mapToObj(b ->
                IntStream.concat(IntStream.of(prompts.get(b)), IntStream.of(more[b])).toArray()).collect(Collectors.toList());
        INDArray expected = new ForwardGraph(config, weights, 2, true)
                .logits(Prompt.padded(whole, TinyModel.PAD, true, features));
        for (int step = 0; step <= steps; step++) {
            assertNear(expected.get(NDArrayIndex.all(), NDArrayIndex.point(8 + step), NDArrayIndex.all()),
                    cached.get(step), 1e-4, "step " + step);
        }
    }

    @Test
    @DisplayName("doubles its room when it is full, keeps what it holds, and is zero behind it")
    void grows() {
        KeyValueCache cache = new KeyValueCache(config.decoder(), 1);
        Random random = new Random(7);
        List<INDArray> all = new ArrayList<>();
        for (int added : new int[] {60, 3, 1, 1, 70}) {
            List<INDArray> keys = List.of(TinyModel.gaussian(random, 1, 1, 2, added, 4),
                    TinyModel.gaussian(random, 1, 1, 2, added, 4));
            boolean[][] real = new boolean[1][added];
            java.util.Arrays.fill(real[0], true);
            cache.append(keys, List.of(keys.get(1), keys.get(0)), real);
            all.add(keys.get(1));
            assertEquals(cache.length() <= 64 ? 64 : cache.length() <= 128 ? 128 : 256, cache.capacity());
        }
        assertEquals(135, cache.length());
        INDArray expected = Nd4j.concat(2, all.toArray(INDArray[]::new));
        for (INDArray held : List.of(cache.keys(1), cache.values(0))) {
            assertEquals(expected, held.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.interval(0, 135),
                    NDArrayIndex.all()));
            assertEquals(0, held.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.interval(135, 256),
                    NDArrayIndex.all()).amaxNumber().doubleValue());
        }
    }

    @Test
    @DisplayName("gives the next token of each row the number of its real tokens as its place")
    void nextPositions() {
        KeyValueCache cache = new KeyValueCache(config.decoder(), 2);
        List<INDArray> three = List.of(Nd4j.ones(DataType.FLOAT, 2, 2, 3, 4), Nd4j.ones(DataType.FLOAT, 2, 2, 3, 4));
        cache.append(three, three, new boolean[][] {{true, true, true}, {false, false, true}});
        assertArrayEquals(new int[][] {{3}, {1}}, cache.nextPositions());
    }
}
