package llava4j.plan;

import llava4j.connector.Footprint;
import llava4j.language.DecoderConfig;
import llava4j.model.LlavaConfig;

/**
 * How many bytes a run needs, all of it in float32.
 *
 * <p>weights 4·N, or 2 where a frozen one stays in 16 bits; gradients 4·n for the n parameters that learn, once for each part
 * of a batch that is computed on its own and once more where a batch is run in pieces; Adam's two moments 8·n; activations as
 * {@link #kept} and {@link #passing} count them, and those of the connector as it counts them itself
 * ({@link llava4j.connector.Connector#footprint}); keys and values 8·L·Hkv·d a token while decoding. What one would get wrong:
 * stage 1 learns a thousandth of the parameters, and its activations are most of those of stage 2, because the gradient has to
 * come to W through all of f.
 *
 * @param weights     g, W and f
 * @param gradients   of what learns
 * @param moments     Adam's m and v
 * @param activations what the forward pass leaves for the backward pass, less what of it is free again when the gradients
 *                    need room; while decoding, the largest layer alone
 * @param cache       keys and values while decoding
 */
public record Memory(long weights, long gradients, long moments, long activations, long cache) {

    private static final int FLOAT = Float.BYTES;
    /** The Java machine with its libraries and a heap that has not been collected, before any model. */
    private static final long PROCESS = 340L << 20;
    /**
     * Part of the activations' memory in which gradients find room. A layer's activations are free once its gradient has
     * been computed, but not all free pieces are large enough for a matrix; measured, a third.
     */
    private static final double REUSED = 1 / 3.0;

    /**
     * {@return what answering takes, in bytes, all of it in float32}
     *
     * @param config the model's sizes
     * @param batch  prompts answered at a time
     * @param length tokens of each, the answer's and the picture's among them
     */
    public static Memory decoding(LlavaConfig config, int batch, int length) {
        return decoding(config, batch, length, false);
    }

    /**
     * {@return what answering takes, in bytes}
     *
     * @param config      the model's sizes
     * @param batch       prompts answered at a time
     * @param length      tokens of each, the answer's and the picture's among them
     * @param sixteenBits whether weights stay in the 16 bits of their file
     */
    public static Memory decoding(LlavaConfig config, int batch, int length, boolean sixteenBits) {
        DecoderConfig f = config.decoder();
        long tokens = (long) batch * length;
        long pictures = config.vision() == null ? 0 : batch * footprint(config).cached();
        long cache = FLOAT * (2L * f.layers() * f.keyValueHeads() * f.headSize() * tokens + pictures);
        return new Memory(weights(config, Parameters.of(config).all(), 0, sixteenBits), 0, 0,
                FLOAT * (tokens * passing(f, length) + (long) batch * f.vocabularySize()), cache);
    }

    /**
     * {@return what training takes, in bytes, beside the encoder's work and the pictures' features}
     *
     * @param config the model's sizes
     * @param run    how it is trained
     */
    public static Memory training(LlavaConfig config, TrainingRun run) {
        Parameters parameters = Parameters.of(config);
        long trained = parameters.trained(config.decoder(), run);
        long all = parameters.all() + (run.loraRank() > 0 && run.stage() == 2 ? trained - parameters.trained(1) : 0);
        long sets = run.parts() + (run.inPieces() ? 1 : 0);
        long inGraph = FLOAT * (trained * run.parts() + vocabularyGradients(config.decoder(), run));
        long activations = FLOAT * activations(config, run);
        return new Memory(weights(config, all, trained, run.sixteenBits()), FLOAT * trained * sets, 2 * FLOAT * trained,
                activations - Math.min(inGraph, (long) (REUSED * activations)) + inGraph - FLOAT * trained * run.parts(), 0);
    }

    /** Those that learn in float32; the others as they are stored, and the widest of them in float32 while it is read. */
    private static long weights(LlavaConfig config, long all, long trained, boolean sixteenBits) {
        if (!sixteenBits) {
            return FLOAT * all;
        }
        DecoderConfig f = config.decoder();
        long widest = Math.max(f.vocabularySize(), f.intermediateSize()) * (long) f.hiddenSize();
        return FLOAT * trained + Short.BYTES * (all - trained) + (trained < all ? FLOAT * widest : 0);
    }

    /**
     * What the gradient of the word vectors takes beside itself: zeros to which rows are added, and where the same matrix makes
     * the logits, a second gradient to add to the first.
     */
    private static long vocabularyGradients(DecoderConfig f, TrainingRun run) {
        boolean learns = run.stage() == 2 && run.loraRank() == 0;
        return learns ? run.parts() * (f.tiedEmbeddings() ? 2L : 1L) * f.vocabularySize() * f.hiddenSize() : 0;
    }

    /**
     * Numbers in memory when the backward pass begins: what L layers keep, what the layer at work holds, and the logits of
     * the scored tokens three times (logits, their softmax, their gradient). Where layers are computed a second time, one of
     * them is kept at a time, and of the others their inputs.
     */
    private static long activations(LlavaConfig config, TrainingRun run) {
        DecoderConfig f = config.decoder();
        int imageTokens = config.vision() == null ? 0 : config.imageTokens();
        long tokens = (long) run.rows() * run.length();
        long scored = (long) run.rows() * Math.max(1, run.length() - imageTokens);
        long layers = run.recompute() ? (f.layers() + 1L) * f.hiddenSize() + kept(f, run) : f.layers() * kept(f, run);
        return tokens * (layers + passing(f, run.length())) + 3 * scored * f.vocabularySize() + ofConnector(config, run);
    }

    /** What the connector keeps of a picture for each row, and its layers in the decoder of each token. */
    private static long ofConnector(LlavaConfig config, TrainingRun run) {
        if (config.vision() == null) {
            return 0;
        }
        Footprint kept = footprint(config);
        long layers = run.recompute() ? Math.min(1, kept.layers()) : kept.layers();
        return run.rows() * (kept.ofPicture() + layers * kept.ofToken() * run.length());
    }

    private static Footprint footprint(LlavaConfig config) {
        return config.connector().footprint(config.features(), config.decoder());
    }

    /**
     * What one decoder layer keeps of a token until the gradient comes back: the results whose numbers, not only whose
     * shapes, a backward operation reads.
     *
     * <pre>
     * two norms        x, each D                                 2 D
     * looking          q scaled by 1/√d, k, v, each H·d          3 H·d
     *                  the scores' softmax                       H·T
     * feed-forward     gate, up                                  2 F
     * </pre>
     *
     * <p>Where the matrices learn, their inputs are kept too: dW = gᵀ x.
     *
     * <pre>
     * two norms' results                                         2 D
     * the mixed values, before o                                 H·d
     * silu ∘ up, before down                                     F
     * </pre>
     */
    private static long kept(DecoderConfig c, TrainingRun run) {
        long queries = (long) c.heads() * c.headSize();
        long always = 2L * c.hiddenSize() + 3 * queries + (long) c.heads() * run.length() + 2L * c.intermediateSize();
        return run.stage() == 1 ? always : always + 2L * c.hiddenSize() + queries + c.intermediateSize() + 7L * run.loraRank();
    }

    /** What the one layer that is at work holds of a token beside that: results and gradients on their way. */
    private static long passing(DecoderConfig c, int length) {
        return 8L * c.hiddenSize() + 3L * c.heads() * length + 4L * c.intermediateSize();
    }

    /** {@return what the whole process takes, in bytes} */
    public long all() {
        return PROCESS + arrays();
    }

    /** {@return what lies outside the Java heap, or on the GPU, in bytes} */
    public long arrays() {
        return weights + gradients + moments + activations + cache;
    }
}
