package llava4j.show;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import llava4j.Llava;
import llava4j.conversation.SupervisedTokens;
import llava4j.model.ForwardGraph;
import llava4j.model.LossGraph;
import llava4j.model.Prompt;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What each scored word of a conversation took from each image token when it was predicted.
 *
 * <p>The row that predicts token t is row t − 1; its attention weights, the mean over all heads of one layer, at the
 * places of the image tokens. They add up to less than one: the rest went to words.
 */
public final class PictureAttention {

    private PictureAttention() {
    }

    /**
     * One word.
     *
     * @param word    as it is written
     * @param weights [P] mean over heads
     */
    public record Look(String word, double[] weights) {
    }

    /**
     * {@return what each scored word took from the picture, in the order of the words}
     *
     * @param model    runs the conversation
     * @param features Zv of the one picture, [P, Dv]
     * @param tokens   a conversation with its answers
     * @param layer    of the decoder, from 0
     */
    public static List<Look> of(Llava model, INDArray features, SupervisedTokens tokens, int layer) {
        Prompt prompt = Prompt.padded(List.of(tokens.ids()), model.config().padTokenId(), true, features);
        String name = "attention." + layer;
        // [1, H, T, T] -> [T, T]
        float[][] weights = new ForwardGraph(model.config(), model.weights(), 1, true).stations(prompt, name).get(name)
                .mean(1).slice(0).toFloatMatrix();
        int[] ids = tokens.ids();
        int[] places = IntStream.range(0, ids.length).filter(i -> ids[i] == model.config().imageTokenId()).toArray();
        List<String> words = TokenStrip.texts(model, ids);
        List<Look> looks = new ArrayList<>();
        for (int t = 1; t < ids.length; t++) {
            if (tokens.labels()[t] != LossGraph.IGNORED) {
                float[] row = weights[t - 1];
                looks.add(new Look(words.get(t), IntStream.of(places).mapToDouble(place -> row[place]).toArray()));
            }
        }
        return looks;
    }
}
