package llava4j.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import llava4j.model.ForwardGraph;
import llava4j.model.KeyValueCache;
import llava4j.model.LlavaConfig;
import llava4j.model.Prompt;
import llava4j.model.StepGraph;
import llava4j.support.Near;
import llava4j.support.TinyModel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

@DisplayName("The memory of a conversation")
class MemoryTest {

    private static final int I = TinyModel.IMAGE;
    private static final int[] FIRST = {1, 7, I, I, I, I, 9, 12};

    private final LlavaConfig config = TinyModel.config("linear").withEosTokenIds(List.of());
    private final Map<String, INDArray> weights = TinyModel.weights(config, 3);
    private final INDArray picture = TinyModel.features(config, 1, 4);
    private final Generator generator = new Generator(config, weights);

    @BeforeEach
    void imageIsNeverSaid() {
        weights.get("language_model.lm_head.weight").getRow(I).assign(0);
    }

    private int[] ask(int[] prompt, INDArray features, Memory memory) {
        return generator.generate(prompt, features, memory, 6, Sampler.greedy(), (row, token) -> { });
    }

    private static int[] joined(int[]... parts) {
        return Arrays.stream(parts).flatMapToInt(IntStream::of).toArray();
    }

    @Test
    @DisplayName("saves a second question all that was said before it, and changes no token of the answer")
    void theSecondTurn() {
        Memory memory = new Memory();
        int[] answer = ask(FIRST, picture, memory);
        assertEquals(0, memory.known());
        int[] second = joined(FIRST, answer, new int[] {3, 14, 15, 6});
        int[] again = ask(second, picture, memory);
        // The answer's last token was chosen and not yet read
        assertEquals(FIRST.length + answer.length - 1, memory.known());
        assertArrayEquals(ask(second, picture, new Memory()), again);
        int[] third = joined(second, again, new int[] {3, 8});
        assertArrayEquals(ask(third, picture, new Memory()), ask(third, picture, memory));
        assertEquals(second.length + again.length - 1, memory.known());
    }

    @Test
    @DisplayName("goes back to where a question was put in other words, and to the beginning for another picture")
    void whatDiffers() {
        Memory memory = new Memory();
        int[] answer = ask(FIRST, picture, memory);
        int[] reworded = {1, 7, I, I, I, I, 13, 12, 5};
        assertArrayEquals(ask(reworded, picture, new Memory()), ask(reworded, picture, memory));
        assertEquals(6, memory.known());

        INDArray other = TinyModel.features(config, 1, 5);
        int[] expected = ask(FIRST, other, new Memory());
        assertArrayEquals(expected, ask(FIRST, other, memory));
        assertEquals(0, memory.known());
        assertArrayEquals(answer, ask(FIRST, picture, memory));
        assertEquals(0, memory.known());
        ask(FIRST, picture, memory);
        assertEquals(FIRST.length - 1, memory.known(), "a token is left to read");
    }

    @Test
    @DisplayName("reads all of a prompt in which one more picture comes later")
    void aSecondPicture() {
        Memory memory = new Memory();
        INDArray two = TinyModel.features(config, 2, 6);
        int[] answer = ask(FIRST, picture, memory);
        int[] second = joined(FIRST, answer, new int[] {I, I, I, I, 9});
        assertArrayEquals(ask(second, two, new Memory()), ask(second, two, memory));
        assertEquals(0, memory.known());
    }

    @Test
    @DisplayName("forgets an answer that broke off with an error, and answers the next question as ever")
    void anError() {
        Memory memory = new Memory();
        ask(FIRST, picture, memory);
        assertThrows(IllegalStateException.class, () -> generator.generate(FIRST, picture, memory, 6, Sampler.greedy(),
                (row, token) -> {
                    throw new IllegalStateException("the listener fails");
                }));
        assertArrayEquals(ask(FIRST, picture, new Memory()), ask(FIRST, picture, memory));
        assertEquals(0, memory.known());
    }

    @Test
    @DisplayName("gives the logits of a whole pass, wherever the prompt is cut, and leaves the same keys and values")
    void logitsAndCache() {
        int[] prompt = joined(FIRST, TinyModel.words(new Random(1), 70));        // more than the first room of a cache
        ForwardGraph forward = new ForwardGraph(config, weights, 1, true);
        StepGraph suffix = new StepGraph(config, weights, 1);
        ForwardGraph.Result whole = forward.prefill(Prompt.padded(List.of(prompt), 0, true, picture));
        for (int cut : new int[] {6, 7, 40, 64, prompt.length - 1}) {
            Prompt begins = Prompt.padded(List.of(Arrays.copyOf(prompt, cut)), 0, true, picture);
            ForwardGraph.Result read = forward.prefill(begins);
            KeyValueCache cache = new KeyValueCache(config.decoder(), 1);
            cache.append(read.keys(), read.values(), begins.attends());
            INDArray logits = suffix.step(Arrays.copyOfRange(prompt, cut, prompt.length), cache);
            Near.assertNear(whole.logits(), logits, 1e-5, "logits, cut at " + cut);
            assertEquals(prompt.length, cache.length());
            for (int layer = 0; layer < config.decoder().layers(); layer++) {
                Near.assertNear(whole.keys().get(layer), held(cache.keys(layer), prompt.length), 1e-5, "keys, cut at " + cut);
                Near.assertNear(whole.values().get(layer), held(cache.values(layer), prompt.length), 1e-5, "values");
            }
        }
    }

    private static INDArray held(INDArray room, int length) {
        return room.get(org.nd4j.linalg.indexing.NDArrayIndex.all(), org.nd4j.linalg.indexing.NDArrayIndex.all(),
                org.nd4j.linalg.indexing.NDArrayIndex.interval(0, length), org.nd4j.linalg.indexing.NDArrayIndex.all()).dup('c');
    }
}
