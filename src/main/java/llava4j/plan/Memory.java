package llava4j.plan;

import llava4j.graph.Threads;
import llava4j.language.DecoderConfig;
import llava4j.model.LlavaConfig;

/**
 * How many bytes a run needs, all of it in float32.
 *
 * <p>weights 4·N; gradients 4·n for the n numbers that learn, once for each part of a batch that is computed on its own;
 * Adam's two moments 8·n; activations as {@link #kept} and {@link #passing} count them; keys and values 8·L·Hkv·d a token
 * while decoding. What one would get wrong: stage 1 learns a thousandth of the numbers, and its activations are most of
 * those of stage 2, because the gradient has to come to W through all of f.
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
     * {@return what answering takes, in bytes}
     *
     * @param config the model's sizes
     * @param batch  prompts answered at a time
     * @param length tokens of each, the answer's and the picture's among them
     */
    public static Memory decoding(LlavaConfig config, int batch, int length) {
        DecoderConfig f = config.decoder();
        long tokens = (long) batch * length;
        long cache = 2L * FLOAT * f.layers() * f.keyValueHeads() * f.headSize() * tokens;
        return new Memory(FLOAT * Parameters.of(config).all(), 0, 0,
                FLOAT * (tokens * passing(f, length) + (long) batch * f.vocabularySize()), cache);
    }

    /**
     * {@return what a training step takes here, in bytes, the batch split as {@link Threads#parts(int, int)} splits it}
     *
     * @param config the model's sizes
     * @param stage  1 or 2
     * @param batch  samples a step
     * @param length tokens of each, the picture's among them
     */
    public static Memory training(LlavaConfig config, int stage, int batch, int length) {
        return training(config, stage, batch, length, Threads.parts(config.decoder().hiddenSize(), batch));
    }

    /**
     * {@return what a training step takes, in bytes}
     *
     * @param config the model's sizes
     * @param stage  1 or 2
     * @param batch  samples a step
     * @param length tokens of each, the picture's among them
     * @param parts  that the batch is split into, each with gradients of its own
     */
    public static Memory training(LlavaConfig config, int stage, int batch, int length, int parts) {
        Parameters parameters = Parameters.of(config);
        long trained = parameters.trained(stage);
        long gradients = FLOAT * trained * parts;
        long activations = FLOAT * activations(config, stage, batch, length);
        return new Memory(FLOAT * parameters.all(), gradients, 2 * FLOAT * trained,
                activations - Math.min(gradients, (long) (REUSED * activations)), 0);
    }

    /**
     * Numbers in memory when the backward pass begins: what L layers keep, what the layer at work holds, and the logits of
     * the scored tokens three times (logits, their softmax, their gradient).
     */
    private static long activations(LlavaConfig config, int stage, int batch, int length) {
        DecoderConfig f = config.decoder();
        int imageTokens = config.vision() == null ? 0 : config.imageTokens();
        long scored = (long) batch * Math.max(1, length - imageTokens);
        return (long) batch * length * (f.layers() * kept(f, stage, length) + passing(f, length))
                + 3 * scored * f.vocabularySize();
    }

    /**
     * What one decoder layer keeps of a token until the gradient comes back: the results whose numbers, not only whose
     * shapes, a backward operation reads.
     *
     * <pre>
     * two norms        x, γ / rms, each D                        4 D
     * looking          q scaled by 1/√d, k, v, each H·d          3 H·d
     *                  scores, masked, and their softmax         2 H·T
     * feed-forward     gate, silu, up                            3 F
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
    private static long kept(DecoderConfig c, int stage, int length) {
        long queries = (long) c.heads() * c.headSize();
        long always = 4L * c.hiddenSize() + 3 * queries + 2L * c.heads() * length + 3L * c.intermediateSize();
        return stage == 1 ? always : always + 2L * c.hiddenSize() + queries + c.intermediateSize();
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
