package llava4j.plan;

import java.util.Arrays;
import llava4j.language.DecoderConfig;
import llava4j.model.LlavaConfig;
import llava4j.vision.VisionConfig;

/**
 * How many numbers a LLaVA is made of, by part.
 *
 * <p>In the letters of the configurations: D width, F width of the feed-forward part, L layers, H heads of size d, Hkv key
 * heads, V vocabulary, P patches of p x p pixels. What one would get wrong: the encoder is counted whole, though its last
 * layer and norm are never run where the features are taken before them; a checkpoint holds them all the same.
 *
 * @param encoder    g, all layers
 * @param projector  W, or another connector
 * @param embeddings the matrix of word vectors, V·D
 * @param layers     the decoder's layers and its last norm
 * @param head       the matrix of the logits, V·D; 0 where it is the embedding matrix itself
 * @param marks      of both tables the rows of tokens that came with the connector, and learn with it
 */
public record Parameters(long encoder, long projector, long embeddings, long layers, long head, long marks) {

    /**
     * {@return the numbers of a model by part; a language model alone has neither encoder nor projector}
     *
     * @param config the model's sizes
     */
    public static Parameters of(LlavaConfig config) {
        DecoderConfig f = config.decoder();
        long words = (long) f.vocabularySize() * f.hiddenSize();
        return new Parameters(config.vision() == null ? 0 : encoder(config.vision()),
                config.vision() == null ? 0 : connector(config), words, layers(f),
                f.tiedEmbeddings() ? 0 : words, (f.tiedEmbeddings() ? 1L : 2L) * f.additionalTokens() * f.hiddenSize());
    }

    /** class token, patch kernel, positions, L layers of (4 projections, 2 norms, 2 feed-forward matrices), 2 norms. */
    private static long encoder(VisionConfig c) {
        long d = c.hiddenSize();
        long f = c.intermediateSize();
        long embedding = d + 3L * c.patchSize() * c.patchSize() * d + (c.patches() + 1L) * d;
        long attention = 4 * (d * d + d);
        long feedForward = d * f + f + f * d + d;
        long norm = 2 * d;
        if (c.form() == VisionConfig.Form.EVA) {
            return embedding + d + c.layers() * (attention + feedForward + 2 * norm);      // a bias, and no norm around
        }
        return embedding + c.layers() * (attention + feedForward + 2 * norm) + 2 * norm;
    }

    /** W's one map Dv -> D, or two, Dv -> D -> D; whatever another connector is made of. */
    private static long connector(LlavaConfig config) {
        return config.connector().shapes(config.decoder()).values().stream()
                .mapToLong(shape -> Arrays.stream(shape).reduce(1, (a, b) -> a * b)).sum();
    }

    /** L · (D·Hd + 2·D·Hkv·d + Hd·D + 3·D·F + 2·D) + D, and the biases where there are any. */
    private static long layers(DecoderConfig c) {
        long d = c.hiddenSize();
        long queries = (long) c.heads() * c.headSize();
        long keys = (long) c.keyValueHeads() * c.headSize();
        long f = c.intermediateSize();
        long biases = (c.attentionBias() ? queries + 2 * keys + d : 0) + (c.mlpBias() ? 2 * f + d : 0);
        return c.layers() * (matrices(c) + biases + 2 * d) + d;
    }

    /** The numbers of one decoder layer that a token is multiplied by. */
    static long matrices(DecoderConfig c) {
        long queries = (long) c.heads() * c.headSize();
        long keys = (long) c.keyValueHeads() * c.headSize();
        return c.hiddenSize() * (2 * queries + 2 * keys + 3L * c.intermediateSize());
    }

    /** {@return the numbers of f, the whole decoder} */
    public long decoder() {
        return embeddings + layers + head;
    }

    /** {@return the numbers of g, W and f} */
    public long all() {
        return encoder + projector + decoder();
    }

    /**
     * {@return how many learn in a run: with LoRA W and, beside each matrix of n inputs and m outputs in each layer, r·(n + m)}
     *
     * @param c   the decoder's sizes
     * @param run its stage and rank r
     */
    public long trained(DecoderConfig c, TrainingRun run) {
        if (run.stage() == 1 || run.loraRank() == 0) {
            return trained(run.stage());
        }
        long d = c.hiddenSize();
        long queries = (long) c.heads() * c.headSize();
        long keys = (long) c.keyValueHeads() * c.headSize();
        // q and o, k and v, gate and up and down
        return projector + marks
                + run.loraRank() * c.layers() * (2 * (d + queries) + 2 * (d + keys) + 3 * (d + c.intermediateSize()));
    }

    /**
     * {@return how many learn: the connector in stage 1, it and f in stage 2}
     *
     * @param stage 1 or 2
     */
    public long trained(int stage) {
        return stage == 1 ? projector + marks : projector + decoder();
    }
}
