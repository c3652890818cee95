package llava4j.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import llava4j.execution.EmptyGraph;
import llava4j.execution.Schedule;
import llava4j.graph.CausalMask;
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
 * The rest of a prompt whose beginning is in a cache: T words in one pass, each of which sees the cache and the words before
 * it.
 *
 * <p>It is what {@link ForwardGraph} computes for those rows, without the rows before them; with T = 1 it is
 * {@link StepGraph}. A conversation's next question needs no more than this, however long the conversation has become. What
 * one would get wrong: the first new word stands at the position after the cache, not at 0.
 */
public final class SuffixGraph {

    private final DecoderConfig config;
    private final SameDiff graph = EmptyGraph.create();
    private final Schedule schedule;

    /**
     * Builds the graph for one row, of any length, on a cache of any capacity.
     *
     * @param llava   the model's sizes
     * @param weights all parameters by name; the graph shares the arrays
     */
    public SuffixGraph(LlavaConfig llava, Map<String, INDArray> weights) {
        config = llava.decoder();
        Scope root = Scope.root(graph, weights, name -> false);
        Scope language = root.at("language_model");
        SDVariable words = WordEmbedding.of(language, config, -1);                                 // [T] -> [T, D]
        SDVariable last = graph.placeHolder("rows", DataType.INT32, 1);
        DecoderInputs inputs = DecoderInputs.placeholders(graph, config, 1);
        List<KeyValues> past = new ArrayList<>();
        for (int i = 0; i < config.layers(); i++) {
            past.add(new KeyValues(cachePlaceholder("past_keys." + i), cachePlaceholder("past_values." + i)));
        }
        Decoder decoder = new Decoder(config, 1);
        BetweenLayers between = llava.connector() == null ? BetweenLayers.NOTHING
                : llava.connector().behindCache(root, config, 1);
        Decoder.Output output = decoder.of(language, words, inputs, past, between);
        SDVariable chosen = graph.gather(output.last(), last, 0);                                  // [T, D] -> [1, D]
        decoder.logits(language, decoder.finalNorm(language, chosen)).rename("logits");            // [1, D] -> [1, V]
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
        return graph.placeHolder(name, DataType.FLOAT, 1, config.keyValueHeads(), -1, config.headSize());
    }

    /**
     * Reads some words and adds them to the cache.
     *
     * @param ids   [T] token ids, no image token among them
     * @param cache of one row; T tokens longer afterwards
     * @return logits of the token after the last of them, [1, V]
     */
    public INDArray read(int[] ids, KeyValueCache cache) {
        int first = cache.nextPositions()[0][0];
        int[][] positions = {IntStream.range(first, first + ids.length).toArray()};
        Map<String, INDArray> values = new HashMap<>(DecoderInputs.values(config, positions,
                CausalMask.after(cache.attends()[0], cache.capacity(), ids.length)));
        values.putAll(WordEmbedding.values(config, ids));
        values.putAll(cache.besides());
        values.put("rows", Nd4j.createFromArray(new int[] {ids.length - 1}));
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
        boolean[][] real = new boolean[1][ids.length];
        java.util.Arrays.fill(real[0], true);
        cache.append(keys, newValues, real);
        return out.get("logits").dup('c');
    }
}
