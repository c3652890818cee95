package llava4j.support;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import llava4j.Fixtures;
import llava4j.checkpoint.ModelDirectory;
import llava4j.model.LlavaConfig;
import llava4j.model.Prompt;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A tiny random model with its weights, and what transformers computes from it.
 */
public final class Reference {

    public final String name;
    public final ModelDirectory directory;
    public final Map<String, INDArray> weights;
    private final Map<String, INDArray> results;

    public Reference(String name) {
        this.name = name;
        directory = Fixtures.model(name);
        weights = directory.weights();
        results = Fixtures.reference(name);
    }

    public LlavaConfig config() {
        return directory.llava();
    }

    public INDArray of(String result) {
        INDArray array = results.get(result);
        if (array == null) {
            throw new IllegalArgumentException("no " + result + " for " + name);
        }
        return array;
    }

    /** Results whose names begin with {@code prefix}, by the rest of the name. */
    public Map<String, INDArray> all(String prefix) {
        Map<String, INDArray> found = new java.util.LinkedHashMap<>();
        results.forEach((result, array) -> {
            if (result.startsWith(prefix)) {
                found.put(result.substring(prefix.length()), array);
            }
        });
        return found;
    }

    /** [B][T] */
    public int[][] ids() {
        return of("input_ids").toIntMatrix();
    }

    /** [B][T] */
    public int[][] labels() {
        return of("labels").toIntMatrix();
    }

    /** [B][T] */
    public boolean[][] attends() {
        int[][] mask = of("attention_mask").toIntMatrix();
        boolean[][] attends = new boolean[mask.length][mask[0].length];
        for (int b = 0; b < mask.length; b++) {
            for (int t = 0; t < mask[b].length; t++) {
                attends[b][t] = mask[b][t] == 1;
            }
        }
        return attends;
    }

    /** transformers' features Zv of all pictures, [N*P, Dv], or {@code null} for a model without eyes. */
    public INDArray features() {
        INDArray features = results.get("image_features_pre_projection");
        return features == null ? null : rows(features);
    }

    /** The batch, with transformers' own features. */
    public Prompt prompt() {
        return new Prompt(ids(), attends(), features());
    }

    /** [a, b, D] as [a*b, D]. */
    public static INDArray rows(INDArray array) {
        return array.dup('c').reshape(-1, array.size(array.rank() - 1));
    }

    /** The first {@code count} tokens of a row padded on the right. */
    public int[] tokens(int row, int count) {
        return Arrays.copyOf(ids()[row], count);
    }

    /** Image tokens among some ids. */
    public long imageTokens(int[] ids) {
        return IntStream.of(ids).filter(id -> id == config().imageTokenId()).count();
    }
}
