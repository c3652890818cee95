package llava4j.plan;

import llava4j.language.DecoderConfig;
import llava4j.model.LlavaConfig;
import llava4j.vision.VisionConfig;

/**
 * How many floating-point operations (multiplications and additions) the matrix products of one sample take; the rest is
 * a few per cent.
 *
 * <p>A token times a matrix of n numbers is 2n operations; n tokens that look at n tokens are 4·n²·D in a layer, 2 for the
 * scores and 2 for the weighted values. The gradient of a product X·W costs the same again for X and the same again for W,
 * so a layer costs three times its forward pass where it learns, and twice where it is frozen but has something to
 * learn before it. What one would get wrong: stage 1 trains one matrix, and still costs two thirds of stage 2, because
 * the gradient comes to W through all of f.
 *
 * @param picture   the encoder, for one picture; paid once a picture, not once a step, since g is frozen
 * @param projector W, or another connector, for one picture
 * @param token     f for one token more, when {@code length} tokens are in the cache, with its logits
 * @param prompt    f for a prompt of {@code length} tokens, with the logits of the last
 * @param stage1    one sample, forward and backward, W alone learning
 * @param stage2    one sample, forward and backward, W and f learning
 */
public record Flops(double picture, double projector, double token, double prompt, double stage1, double stage2) {

    /**
     * Counts them for a sample of one picture.
     *
     * @param config the model's sizes
     * @param length tokens of a row, image tokens among them; all others are taken to be scored, which is the most
     * @return operations, a multiplication and an addition counted as two
     */
    public static Flops of(LlavaConfig config, int length) {
        return of(config, length, Math.max(1, length - (config.vision() == null ? 0 : config.imageTokens())));
    }

    /**
     * {@return the same where not all tokens are scored: the others' logits are not computed}
     *
     * @param config the model's sizes
     * @param length tokens of a row, image tokens among them
     * @param scored tokens of a row that are
     */
    public static Flops of(LlavaConfig config, int length, int scored) {
        DecoderConfig f = config.decoder();
        int imageTokens = config.vision() == null ? 0 : config.imageTokens();
        double added = config.vision() == null ? 0 : 2 * config.connector().multiplicationsOfToken(f);
        double matrices = 2.0 * f.layers() * Parameters.matrices(f) + added;
        // As it is computed: the whole square of scores, of which the mask then hides the upper half
        double attention = 4.0 * f.layers() * f.heads() * f.headSize();
        double head = 2.0 * f.hiddenSize() * f.vocabularySize();
        double w = config.vision() == null ? 0 : 2 * config.connector().multiplications(config.features(), f);
        double rows = matrices * length;
        double looks = attention * length * length;
        double logits = head * scored;
        // Layers that a connector adds to f learn in stage 1 as well
        double learnsToo = added * length;
        return new Flops(config.vision() == null ? 0 : encoder(config), w, matrices + attention * length + head,
                rows + looks + head, 2 * w + 2 * rows + learnsToo + 3 * looks + 2 * logits,
                2 * w + 3 * rows + 3 * looks + 3 * logits);
    }

    /** Patches through the kernel, then the layers up to the hidden state that is read, class token included. */
    private static double encoder(LlavaConfig config) {
        VisionConfig c = config.vision();
        double tokens = c.patches() + 1;
        double d = c.hiddenSize();
        double layer = 2 * tokens * (4 * d * d + 2 * d * c.intermediateSize()) + 4 * tokens * tokens * d;
        return 2.0 * c.patches() * 3 * c.patchSize() * c.patchSize() * d + layersRun(config) * layer;
    }

    /** Hidden state 0 is before the first layer, so state k has k layers behind it; −2 is the last but one. */
    static int layersRun(LlavaConfig config) {
        int state = config.visionFeatureLayer();
        return state >= 0 ? state : config.vision().layers() + 1 + state;
    }

}
