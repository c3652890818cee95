package llava4j.show;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import llava4j.Llava;
import llava4j.model.ForwardGraph;
import llava4j.model.Prompt;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Image tokens read as words: for each row of Hv the words whose vectors point most in its direction.
 *
 * <p>cos(hv, e) = hv·e / (‖hv‖ ‖e‖), over all rows e of the decoder's embedding table.
 */
public final class NearestWords {

    private final Llava model;
    private final INDArray words;

    /** @param model with a projector */
    public NearestWords(Llava model) {
        this.model = model;
        this.words = unit(model.weights().get("language_model.model.embed_tokens.weight").castTo(DataType.FLOAT));
    }

    /**
     * {@return the nearest words of each image token, joined by spaces, nearest first}
     *
     * @param features Zv of one picture, [P, Dv]
     * @param most     words for a token
     */
    public List<String> of(INDArray features, int most) {
        int[] ids = new int[(int) features.size(0)];
        Arrays.fill(ids, model.config().imageTokenId());
        Prompt prompt = Prompt.padded(List.of(ids), model.config().padTokenId(), true, features);
        INDArray hv = new ForwardGraph(model.config(), model.weights(), 1, true)
                .stations(prompt, "image_features").get("image_features");               // [P, D]
        // [P, D] x [V, D]ᵀ -> [P, V]
        float[][] cosines = unit(hv).mmul(words.transpose()).toFloatMatrix();
        List<String> nearest = new ArrayList<>();
        for (float[] row : cosines) {
            nearest.add(IntStream.range(0, row.length).boxed()
                    .sorted(Comparator.comparingDouble((Integer i) -> -row[i])).limit(most)
                    .map(id -> model.tokenizer().decode(new int[] {id}, false).replace("\n", "\\n"))
                    .collect(Collectors.joining(" ")));
        }
        return nearest;
    }

    private static INDArray unit(INDArray rows) {
        return rows.divColumnVector(rows.norm2(1).add(1e-9));
    }
}
