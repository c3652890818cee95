package llava4j.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import llava4j.execution.Schedule;
import llava4j.language.KeyValues;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A whole prompt in one pass: logits where they are asked for, and the keys and values that further tokens will need.
 *
 * <p>It serves evaluation (all rows), and is the first half of decoding, the "prefill" (the last row of each prompt).
 */
public final class ForwardGraph {

    private final LlavaConfig config;
    private final boolean images;
    private final SameDiff graph;
    private final int layers;
    private final List<String> kept;
    private final Map<List<String>, Schedule> schedules = new HashMap<>();

    /**
     * Builds the graph for batches of one size; lengths are found at run time.
     *
     * @param config  the model's sizes
     * @param weights all parameters by name; the graph shares the arrays
     * @param batch   B
     * @param images  false for a prompt of words alone
     */
    public ForwardGraph(LlavaConfig config, Map<String, INDArray> weights, int batch, boolean images) {
        this.config = config;
        this.images = images;
        this.layers = config.decoder().layers();
        SplicedDecoder spliced = new SplicedDecoder(config, weights, batch, name -> false, images, false);
        graph = spliced.graph;
        SDVariable rows = graph.placeHolder("rows", DataType.INT32, -1);
        spliced.logitsAt(rows).rename("logits");
        for (int i = 0; i < layers; i++) {
            KeyValues own = spliced.output.keyValues().get(i);
            own.keys().rename("keys." + i);
            own.values().rename("values." + i);
            spliced.output.attention().get(i).rename("attention." + i);
        }
        kept = List.copyOf(spliced.kept.keySet());
        for (int i = 0; i <= layers; i++) {
            spliced.output.hidden().get(i).rename("hidden." + i);
        }
    }

    /**
     * What a pass gives.
     *
     * @param logits [n, V], for the n rows asked
     * @param keys   of each layer [B, Hkv, T, d]
     * @param values of each layer [B, Hkv, T, d]
     * @param kept   what the connector's layers need for later tokens, by the name of the placeholder that takes it
     */
    public record Result(INDArray logits, List<INDArray> keys, List<INDArray> values, Map<String, INDArray> kept) {
    }

    /**
     * {@return logits of the token after the last one of each row, [B, V], with each layer's keys and values}
     *
     * @param prompt B rows, padded on the left
     */
    public Result prefill(Prompt prompt) {
        int[] lastRows = new int[prompt.batch()];
        for (int b = 0; b < lastRows.length; b++) {
            lastRows[b] = (b + 1) * prompt.length() - 1;
        }
        Map<String, INDArray> out = run(prompt, lastRows, prefillNames());
        List<INDArray> keys = new ArrayList<>();
        List<INDArray> values = new ArrayList<>();
        for (int i = 0; i < layers; i++) {
            keys.add(out.get("keys." + i));
            values.add(out.get("values." + i));
        }
        Map<String, INDArray> forLater = new HashMap<>(prompt.ofNextToken(config));
        kept.forEach(name -> forLater.put(name, out.get(name)));
        return new Result(out.get("logits"), keys, values, forLater);
    }

    private List<String> prefillNames() {
        List<String> names = new ArrayList<>(List.of("logits"));
        for (int i = 0; i < layers; i++) {
            names.add("keys." + i);
            names.add("values." + i);
        }
        names.addAll(kept);
        return names;
    }

    /**
     * Logits of every row.
     *
     * @param prompt B rows, padded on either side
     * @return [B, T, V]; rows of padding hold numbers without meaning
     */
    public INDArray logits(Prompt prompt) {
        int[] all = java.util.stream.IntStream.range(0, prompt.batch() * prompt.length()).toArray();
        return run(prompt, all, List.of("logits")).get("logits")
                .reshape(prompt.batch(), prompt.length(), config.decoder().vocabularySize());
    }

    /**
     * Any named station of the graph, to look at: {@code image_features} (Hv), {@code hidden.0} (H) … {@code hidden.L},
     * {@code attention.0} … {@code attention.L−1} (what each token takes from each).
     *
     * @param prompt B rows, padded on either side
     * @param names  of the stations
     * @return hidden states as [B*T, D], {@code image_features} as [N*P, D], attention weights as [B, H, T, T]; what a connector
     *         names on its way ({@link llava4j.connector.Connector#stations}) in its own shape
     */
    public Map<String, INDArray> stations(Prompt prompt, String... names) {
        Map<String, INDArray> out = run(prompt, new int[] {0}, List.of(names));
        int length = prompt.length();
        // Heads that share a key head were rows of one: [B, Hkv, H/Hkv*T, T] -> [B, H, T, T]
        out.replaceAll((name, array) -> name.startsWith("attention.")
                ? array.reshape(prompt.batch(), config.decoder().heads(), length, length) : array);
        return out;
    }

    private Map<String, INDArray> run(Prompt prompt, int[] rows, List<String> names) {
        Map<String, INDArray> values = new HashMap<>(prompt.placeholders(config, images));
        values.put("rows", Nd4j.createFromArray(rows));
        Map<String, INDArray> out = new HashMap<>();
        schedule(names).run(values).forEach((name, array) -> out.put(name, array.dup('c')));
        return out;
    }

    private Schedule schedule(List<String> names) {
        return schedules.computeIfAbsent(names, wanted -> new Schedule(graph, wanted));
    }

    /**
     * Measures the operations of {@link #prefill} from its next call on; {@code null} for no longer.
     *
     * @param clock is told of each operation after it
     */
    public void time(Schedule.Clock clock) {
        schedule(prefillNames()).time(clock);
    }
}
