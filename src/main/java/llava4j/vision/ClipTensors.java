package llava4j.vision;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import llava4j.error.UserError;
import llava4j.graph.NamedTensors;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * CLIP's forward pass from named arrays to named arrays, in the names and shapes of transformers' {@code CLIPModel}.
 */
public final class ClipTensors {

    private ClipTensors() {
    }

    /**
     * Runs pictures, captions or both.
     *
     * @param config  sizes of both towers
     * @param weights all parameters by name
     * @param given   {@code pixel_values} F32 [N, 3, S, S]; {@code input_ids} and {@code attention_mask} I64 [C, T]
     * @return {@code image_embeds} [N, d] and {@code text_embeds} [C, d], rows of length one, as far as there are
     *         pictures and captions; {@code logits_per_image} [N, C] where there are both
     * @throws UserError naming the array that is missing, of another type or shape, or out of range
     */
    public static Map<String, INDArray> run(ClipConfig config, Map<String, INDArray> weights, NamedTensors given) {
        INDArray pixels = null;
        int[][] ids = null;
        boolean[][] attends = null;
        List<String> wanted = new ArrayList<>();
        if (given.has("pixel_values")) {
            pixels = given.pictures("pixel_values", config.vision().imageSize());
            wanted.add("image_embeds");
        }
        if (given.has("input_ids")) {
            ids = given.ids("input_ids");
            attends = given.attends("attention_mask", "input_ids", ids);
            given.checkRange("input_ids", ids, config.text().vocabularySize(), 0);
            if (ids[0].length > config.text().maxPositions()) {
                throw given.error("input_ids has %d tokens a row, but a caption has at most %d", ids[0].length,
                        config.text().maxPositions());
            }
            wanted.add("text_embeds");
        }
        if (wanted.isEmpty()) {
            throw given.error("neither pixel_values nor input_ids in it: give pictures, captions, or both");
        }
        if (wanted.size() == 2) {
            wanted.add("logits_per_image");
        }
        ClipGraph graph = new ClipGraph(config, weights, pixels == null ? 1 : (int) pixels.size(0),
                ids == null ? 1 : ids.length, name -> false);
        return graph.output(pixels, ids, attends, wanted);
    }
}
