package llava4j.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

/**
 * One more token behind a cache: the second half of decoding.
 *
 * <p>Only the new token goes through the layers; what it needs of the earlier ones, their keys and values, was kept. The
 * picture is among those: after the prefill it is never read again, and what layers of a connector look at is in the cache too. The cache has a fixed capacity, so the
 * graph sees the same shapes at every step, and the mask hides the places that are still empty.
 */
public final class StepGraph {

    private final DecoderConfig config;
    private final int batch;
    private final SameDiff graph = EmptyGraph.create();
    private final Schedule schedule;

    /**
     * Builds the graph for batches of one size, on a cache of any capacity.
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
        SDVariable words = WordEmbedding.of(language, config, batch);                          // [B] -> [B, D]
        DecoderInputs inputs = DecoderInputs.placeholders(graph, config, batch);
        List<KeyValues> past = new ArrayList<>();
        for (int i = 0; i < config.layers(); i++) {
            past.add(new KeyValues(cachePlaceholder("past_keys." + i), cachePlaceholder("past_values." + i)));
        }
        Decoder decoder = new Decoder(config, batch);
        BetweenLayers between = llava.connector() == null ? BetweenLayers.NOTHING
                : llava.connector().behindCache(root, config, batch);
        Decoder.Output output = decoder.of(language, words, inputs, past, between);
        decoder.logits(language, decoder.finalNorm(language, output.last())).rename("logits");   // [B, D] -> [B, V]
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
     * Reads one token for each row, adds it to the cache and predicts the next.
     *
     * @param ids   [B] the tokens just decoded
     * @param cache one token longer afterwards
     * @return logits of the token after them, [B, V]
     */
    public INDArray step(int[] ids, KeyValueCache cache) {
        Map<String, INDArray> values = new HashMap<>(DecoderInputs.values(config, cache.nextPositions(),
                CausalMask.step(cache.attends(), cache.capacity())));
        values.putAll(WordEmbedding.values(config, ids));
        values.putAll(cache.besides());
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
        boolean[][] real = new boolean[batch][1];
        for (boolean[] row : real) {
            row[0] = true;
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
