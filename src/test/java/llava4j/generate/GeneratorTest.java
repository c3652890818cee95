package llava4j.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import llava4j.error.UserError;
import llava4j.model.ForwardGraph;
import llava4j.model.LlavaConfig;
import llava4j.model.Prompt;
import llava4j.support.TinyModel;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

@DisplayName("Decoding")
class GeneratorTest {

    private static final int I = TinyModel.IMAGE;

    private final Map<String, INDArray> weights = TinyModel.weights(TinyModel.config("linear"), 3);
    private final List<int[]> prompts = List.of(new int[] {1, 7, I, I, I, I, 9}, new int[] {1, I, I, I, I, 8});

    /** A model that ends its answers with {@code ends} and has room for {@code context} tokens. */
    private static LlavaConfig config(List<Integer> ends, int context) {
        LlavaConfig c = TinyModel.config("linear");
        return c.withDecoder(c.decoder().withMaxPositions(context)).withEosTokenIds(ends);
    }

    private List<int[]> generate(LlavaConfig config, List<int[]> rows, int most, Sampler sampler) {
        return generate(config, rows, most, sampler, (row, token) -> { });
    }

    private List<int[]> generate(LlavaConfig config, List<int[]> rows, int most, Sampler sampler,
                                 Generator.Listener listener) {
        return new Generator(config, weights).generate(Prompt.padded(rows, TinyModel.PAD, true,
                TinyModel.features(config, rows.size(), 4)), most, sampler, listener);
    }

    /** The likeliest token, again and again, the whole sequence run anew for each. <image> itself is left out. */
    private int[] withoutCache(int row, int count) {
        LlavaConfig config = config(List.of(), 128);
        ForwardGraph graph = new ForwardGraph(config, weights, 1, true);
        INDArray features = TinyModel.features(config, 2, 4).get(
                org.nd4j.linalg.indexing.NDArrayIndex.interval(4 * row, 4 * row + 4),
                org.nd4j.linalg.indexing.NDArrayIndex.all()).dup();
        int[] ids = prompts.get(row);
        for (int i = 0; i < count; i++) {
            float[] last = graph.logits(Prompt.padded(List.of(ids), 0, true, features))
                    .reshape(ids.length, TinyModel.VOCABULARY).getRow(ids.length - 1).toFloatVector();
            int best = 0;
            for (int id = 1; id < last.length; id++) {
                best = last[id] > last[best] ? id : best;
            }
            ids = Arrays.copyOf(ids, ids.length + 1);
            ids[ids.length - 1] = best;
        }
        return Arrays.copyOfRange(ids, prompts.get(row).length, ids.length);
    }

    @Test
    @DisplayName("of two rows at once gives each row what it would be given alone and without a cache")
    void rowsAreIndependent() {
        weights.get("language_model.lm_head.weight").getRow(I).assign(0);      // <image> is never said
        List<int[]> answers = generate(config(List.of(), 128), prompts, 8, Sampler.greedy());
        assertArrayEquals(withoutCache(0, 8), answers.get(0));
        assertArrayEquals(withoutCache(1, 8), answers.get(1));
        assertTrue(!Arrays.equals(answers.get(0), answers.get(1)));
    }

    @Test
    @DisplayName("of a row stops at any of the tokens that end an answer; the others go on, and the ending token is not streamed")
    void anAnswerEnds() {
        List<int[]> whole = generate(config(List.of(), 128), prompts, 12, Sampler.greedy());
        List<Integer> ends = List.of(whole.get(0)[3], whole.get(1)[6]);
        List<List<Integer>> streamed = List.of(new ArrayList<>(), new ArrayList<>());
        List<int[]> ended = generate(config(ends, 128), prompts, 12, Sampler.greedy(),
                (row, token) -> streamed.get(row).add(token));
        for (int b = 0; b < 2; b++) {
            int[] expected = upTo(ends, whole.get(b));
            assertArrayEquals(expected, ended.get(b));
            assertEquals(Arrays.stream(expected).limit(expected.length - 1).boxed().collect(Collectors.toList()),
                    streamed.get(b));
        }
        assertNotEquals(ended.get(0).length, ended.get(1).length, "both rows end together: take other weights");
    }

    @Test
    @DisplayName("of a row stops as soon as its listener has read what ends it; the others go on")
    void aListenerEndsARow() {
        LlavaConfig config = config(List.of(), 128);
        int[] told = new int[2];
        List<int[]> whole = generate(config, prompts, 9, Sampler.greedy());
        List<int[]> ended = generate(config, prompts, 9, Sampler.greedy(), new Generator.Listener() {
            @Override
            public void onToken(int row, int token) {
                told[row]++;
            }

            @Override
            public boolean ended(int row) {
                return row == 0 && told[0] == 4;
            }
        });
        assertArrayEquals(Arrays.copyOf(whole.get(0), 4), ended.get(0));
        assertArrayEquals(whole.get(1), ended.get(1));
    }

    private static int[] upTo(List<Integer> ends, int[] ids) {
        int length = 0;
        while (!ends.contains(ids[length])) {
            length++;
        }
        return Arrays.copyOf(ids, length + 1);
    }

    @Test
    @DisplayName("fills the model's context and no more; a prompt that fills it already is refused")
    void theContextIsTheLimit() {
        assertEquals(3, generate(config(List.of(), 10), prompts, 50, Sampler.greedy()).get(0).length);
        assertEquals(50, generate(config(List.of(), 128), prompts, 50, Sampler.greedy()).get(0).length);
        UserError error = assertThrows(UserError.class, () -> generate(config(List.of(), 7), prompts, 5, Sampler.greedy()));
        assertTrue(error.getMessage().contains("7 tokens") && error.getMessage().contains("context is 7"),
                error.getMessage());
    }

    @Test
    @DisplayName("at random with one seed says the same twice")
    void seeded() {
        LlavaConfig config = config(List.of(), 128);
        List<int[]> one = generate(config, prompts, 10, Sampler.of(1.5, 1, 11));
        List<int[]> two = generate(config, prompts, 10, Sampler.of(1.5, 1, 11));
        List<int[]> other = generate(config, prompts, 10, Sampler.of(1.5, 1, 12));
        assertArrayEquals(one.get(0), two.get(0));
        assertArrayEquals(one.get(1), two.get(1));
        assertTrue(!Arrays.equals(one.get(0), other.get(0)));
    }
}
