package llava4j.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import llava4j.graph.CausalMask;
import llava4j.execution.EmptyGraph;
import llava4j.execution.Schedule;
import llava4j.graph.Scope;
import llava4j.language.BetweenLayers;
import llava4j.language.Decoder;
import llava4j.language.DecoderConfig;
import llava4j.language.DecoderInputs;
import llava4j.language.KeyValues;
import llava4j.language.WordEmbedding;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The next tokens after a cache: one at a time while an answer is decoded, T at once when a conversation's next question comes.
 *
 * <p>Only the new tokens go through the layers; what they need of the earlier ones, their keys and values, was kept. It is what
 * {@link ForwardGraph} computes for those rows, without the rows before them. The picture is among what was kept: after the
 * prefill it is never read again, and what layers of a connector look at is in the cache too. The cache has a fixed capacity, so
 * the graph sees the same shapes at every step of an answer, and the mask hides the places that are still empty. What one would
 * get wrong: the first new token stands at the position after the cache, not at 0.
 */
public final class StepGraph {

    private static final String LAST = "last_rows";

    private final DecoderConfig config;
    private final int batch;
    private final SameDiff graph = EmptyGraph.create();
    private final Schedule schedule;

    /**
     * Builds the graph for batches of one size, for any number of tokens, on a cache of any capacity.
     *
     * @param llava   the model's sizes
     * @param weights all parameters by name; the graph shares the arrays
     * @param batch   B
     */
    public StepGraph(LlavaConfig llava, Map<String, INDArray> weights, int batch) {
        this.config = llava.decoder();
        this.batch = batch;
        Scope root = Scope.root(graph, weights, name -> false);
        Scope language = root.at("language_model");
        SDVariable words = WordEmbedding.of(language, config, -1);                             // [B*T] -> [B*T, D]
        DecoderInputs inputs = DecoderInputs.placeholders(graph, config, batch);
        List<KeyValues> past = new ArrayList<>();
        for (int i = 0; i < config.layers(); i++) {
            past.add(new KeyValues(cachePlaceholder("past_keys." + i), cachePlaceholder("past_values." + i)));
        }
        Decoder decoder = new Decoder(config, batch);
        BetweenLayers between = llava.connector() == null ? BetweenLayers.NOTHING
                : llava.connector().behindCache(root, config, batch);
        Decoder.Output output = decoder.of(language, words, inputs, past, between);
        SDVariable last = graph.gather(output.last(), graph.placeHolder(LAST, DataType.INT32, batch), 0); // [B*T, D] -> [B, D]
        decoder.logits(language, decoder.finalNorm(language, last)).rename("logits");            // [B, D] -> [B, V]
        List<String> outputs = new ArrayList<>(List.of("logits"));
        for (int i = 0; i < config.layers(); i++) {
            output.keyValues().get(i).keys().rename("keys." + i);
            output.keyValues().get(i).values().rename("values." + i);
            outputs.add("keys." + i);
            outputs.add("values." + i);
        }
        schedule = new Schedule(graph, outputs);
    }

    private SDVariable cachePlaceholder(String name) {
        return graph.placeHolder(name, DataType.FLOAT, batch, config.keyValueHeads(), -1, config.headSize());
    }

    /**
     * Reads T tokens for each row, adds them to the cache and predicts the next.
     *
     * @param ids   [B*T] token ids, row by row, no image token among them; several a row only where B is 1
     * @param cache T tokens longer afterwards
     * @return logits of the token after the last of each row, [B, V]
     */
    public INDArray step(int[] ids, KeyValueCache cache) {
        int tokens = ids.length / batch;
        int[][] next = cache.nextPositions();
        int[][] positions = new int[batch][];
        int[] last = new int[batch];
        for (int b = 0; b < batch; b++) {
            int first = next[b][0];
            positions[b] = IntStream.range(first, first + tokens).toArray();
            last[b] = (b + 1) * tokens - 1;
        }
        Map<String, INDArray> values = new HashMap<>(DecoderInputs.values(config, positions,
                CausalMask.after(cache.attends(), cache.capacity(), tokens)));
        values.putAll(WordEmbedding.values(config, ids));
        values.putAll(cache.besides());
        values.put(LAST, Nd4j.createFromArray(last));
        for (int i = 0; i < config.layers(); i++) {
            values.put("past_keys." + i, cache.keys(i));
            values.put("past_values." + i, cache.values(i));
        }
        Map<String, INDArray> out = schedule.run(values);
        List<INDArray> keys = new ArrayList<>();
        List<INDArray> newValues = new ArrayList<>();
        for (int i = 0; i < config.layers(); i++) {
            keys.add(out.get("keys." + i));
            newValues.add(out.get("values." + i));
        }
        boolean[][] real = new boolean[batch][tokens];
        for (boolean[] row : real) {
            Arrays.fill(row, true);
        }
        cache.append(keys, newValues, real);
        return out.get("logits").dup('c');
    }

    /**
     * Measures the operations of {@link #step} from its next call on; {@code null} for no longer.
     *
     * @param clock is told of each operation after it
     */
    public void time(Schedule.Clock clock) {
        schedule.time(clock);
    }
}
