package llava4j.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import llava4j.error.UserError;
import llava4j.graph.NamedTensors;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One forward pass from named arrays to named arrays, in the names and shapes of transformers' {@code model(**inputs)}:
 * what a comparison with any other implementation is made of.
 *
 * <p>What one would get wrong: {@code <image>} stands P times in {@code input_ids} for a picture of P image tokens, and
 * the rows of padding hold logits that mean nothing and agree with nobody's.
 */
public final class ForwardTensors {

    /** What a pass may be given. */
    public static final List<String> INPUTS = List.of("input_ids", "attention_mask", "pixel_values",
            "image_attention_mask", "labels");

    private final LlavaConfig config;
    private final Map<String, INDArray> weights;

    /**
     * Prepares a pass; graphs are built when one is run.
     *
     * @param config  the model's sizes
     * @param weights all parameters by name; shared, not copied
     */
    public ForwardTensors(LlavaConfig config, Map<String, INDArray> weights) {
        this.config = config;
        this.weights = weights;
    }

    /**
     * Runs a batch.
     *
     * @param given {@code input_ids} and {@code attention_mask} I64 [B, T], padded on either side; {@code pixel_values}
     *              F32 [N, 3, S, S] where there are pictures, or, where layers in the decoder look at them, [B, N, 3, S, S] with
     *              {@code image_attention_mask} I64 [B, T, N] that says which token may look at which; {@code labels} I64 [B, T] where the loss is wanted
     * @return {@code logits} [B, T, V]; with pictures {@code image_features_pre_projection} [N, P, Dv] and
     *         {@code image_features} [N, P, D], of another connector under its names; with labels {@code loss} [] and {@code per_token_loss} [B, T−1]
     * @throws UserError naming the array that is missing, of another type or shape, or out of range
     */
    public Map<String, INDArray> run(NamedTensors given) {
        int[][] ids = given.ids("input_ids");
        boolean[][] attends = given.attends("attention_mask", "input_ids", ids);
        int[][] labels = labels(given, ids);
        checkSize(given, ids);
        INDArray pixels = pixels(given);
        boolean[][][] sees = sees(given, ids, pixels);
        checkPictures(given, ids, attends, pixels);

        Map<String, INDArray> out = new LinkedHashMap<>();
        INDArray features = pixels == null ? null : new ImageEncoder(config, weights).features(pixels);   // [N*P, Dv]
        Prompt prompt = new Prompt(ids, attends, features, sees);
        ForwardGraph graph = new ForwardGraph(config, weights, ids.length, features != null);
        INDArray logits = graph.logits(prompt);
        out.put("logits", logits);
        if (features != null) {
            out.put(config.connector().nameOfFeatures(), perPicture(features, features));
            List<String> names = new ArrayList<>(List.of("image_features"));
            names.addAll(config.connector().stations());
            Map<String, INDArray> read = graph.stations(prompt, names.toArray(String[]::new));
            names.forEach(name -> out.put(name, perPicture(read.get(name), features)));
        }
        if (labels != null) {
            TokenLoss loss = TokenLoss.of(logits, labels);
            if (loss == null) {
                throw given.error("labels: no token is scored, the loss would be empty: give an id instead of %d where the "
                        + "assistant speaks", LossGraph.IGNORED);
            }
            out.put("loss", loss.mean());
            out.put("per_token_loss", loss.perToken());
        }
        return out;
    }

    private int[][] labels(NamedTensors given, int[][] ids) {
        int vocabulary = config.decoder().vocabularySize();
        given.checkRange("input_ids", ids, vocabulary, config.vision() == null ? 0 : config.imageTokenId());
        if (!given.has("labels")) {
            return null;
        }
        int[][] labels = given.ids("labels", "input_ids", ids);
        given.checkRange("labels", labels, vocabulary, LossGraph.IGNORED);
        return labels;
    }

    private void checkSize(NamedTensors given, int[][] ids) {
        int context = config.decoder().maxPositions();
        if (ids[0].length > context) {
            throw given.error("input_ids has %d tokens a row, but the model's context is %d", ids[0].length, context);
        }
        long logits = (long) ids.length * ids[0].length * config.decoder().vocabularySize();
        if (logits > Integer.MAX_VALUE) {
            throw given.error("%d rows of %d tokens give %d logits, too many for one array: give fewer rows", ids.length,
                    ids[0].length, logits);
        }
    }

    private INDArray pixels(NamedTensors given) {
        if (!given.has("pixel_values")) {
            return null;
        }
        if (config.vision() == null) {
            throw given.error("pixel_values is given, but this model has no vision encoder");
        }
        return config.connector().isSpliced() ? given.pictures("pixel_values", config.vision().imageSize())
                : given.picturesOfRows("pixel_values", config.vision().imageSize());
    }

    /** Who looks at what, where that does not follow from the places of image tokens. */
    private boolean[][][] sees(NamedTensors given, int[][] ids, INDArray pixels) {
        if (pixels == null || config.connector().isSpliced()) {
            return null;
        }
        if (pixels.size(0) % ids.length != 0) {
            throw given.error("pixel_values has %d pictures for %d rows: need as many in every row", pixels.size(0), ids.length);
        }
        return given.sees("image_attention_mask", ids, (int) pixels.size(0) / ids.length);
    }

    private void checkPictures(NamedTensors given, int[][] ids, boolean[][] attends, INDArray pixels) {
        if (config.vision() == null || !config.connector().isSpliced()) {
            return;
        }
        long places = 0;
        for (int b = 0; b < ids.length; b++) {
            for (int t = 0; t < ids[b].length; t++) {
                places += attends[b][t] && ids[b][t] == config.imageTokenId() ? 1 : 0;
            }
        }
        long pictures = pixels == null ? 0 : pixels.size(0);
        if (places != pictures * config.imageTokens()) {
            throw given.error("input_ids holds <image> (id %d) %d times, but %d picture(s) in pixel_values take %d places: "
                    + "write it %d times for each picture", config.imageTokenId(), places, pictures,
                    pictures * config.imageTokens(), config.imageTokens());
        }
    }

    /** [N*n, D] -> [N, n, D], for the N pictures of {@code features}. */
    private INDArray perPicture(INDArray rows, INDArray features) {
        long pictures = features.size(0) / config.features();
        return rows.reshape(pictures, rows.size(0) / pictures, rows.size(1));
    }
}
