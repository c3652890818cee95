package llava4j.plan;

import llava4j.language.DecoderConfig;
import llava4j.model.LlavaConfig;

/**
 * How many bytes a run needs, all of it in float32.
 *
 * <p>weights 4·N; gradients 4·n and Adam's two moments 8·n for the n numbers that learn; activations as {@link
 * #activations} counts them; keys and values 8·L·Hkv·d a token while decoding. What one would get wrong: stage 1 learns a
 * thousandth of the numbers, and its activations are most of those of stage 2, because the gradient has to come to W
 * through all of f.
 *
 * @param weights     g, W and f
 * @param gradients   of what learns
 * @param moments     Adam's m and v
 * @param activations what the forward pass leaves for the backward pass; while decoding, the largest layer alone
 * @param cache       keys and values while decoding
 */
public record Memory(long weights, long gradients, long moments, long activations, long cache) {

    private static final int FLOAT = Float.BYTES;
    /** The Java machine with its libraries and a heap that has not been collected, before any model. */
    private static final long PROCESS = 450L << 20;
    /**
     * What a step takes over the outputs of its operations, by stage: gradients on their way, and arrays that SameDiff keeps
     * to use again. Measured, 8 layers of width 512, 8 x 256 tokens; docs/checkpoints.md has the figures.
     */
    private static final double[] OVER_OUTPUTS = {1.05, 1.4};

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
                FLOAT * (tokens * layer(f, length) + (long) batch * f.vocabularySize()), cache);
    }

    /**
     * {@return what a training step takes, in bytes}
     *
     * @param config the model's sizes
     * @param stage  1 or 2
     * @param batch  samples a step
     * @param length tokens of each, the picture's among them
     */
    public static Memory training(LlavaConfig config, int stage, int batch, int length) {
        Parameters parameters = Parameters.of(config);
        long trained = parameters.trained(stage);
        return new Memory(FLOAT * parameters.all(), FLOAT * trained, 2 * FLOAT * trained,
                (long) (OVER_OUTPUTS[stage - 1] * FLOAT * activations(config, batch, length)), 0);
    }

    /**
     * Numbers that stay until the gradient has passed: L layers, and the logits of the scored tokens three times (logits,
     * their softmax, their gradient).
     */
    private static long activations(LlavaConfig config, int batch, int length) {
        DecoderConfig f = config.decoder();
        int imageTokens = config.vision() == null ? 0 : config.imageTokens();
        long scored = (long) batch * Math.max(1, length - imageTokens);
        return (long) batch * length * f.layers() * layer(f, length) + 3 * scored * f.vocabularySize();
    }

    /**
     * The outputs of one decoder layer's operations, for a token. SameDiff keeps each of them.
     *
     * <pre>
     * two norms        x², γ / rms, their product, each D             6 D
     * queries          product, reshape, permute; turning them 6;
     *                  scaled by 1/√d                                10 H·d
     * keys             product, reshape, permute; turning them 6      9 Hkv·d
     * values           product, reshape, permute                      3 Hkv·d
     * sharing          keys and values once more where Hkv &lt; H      2 H·d
     * looking          scores, masked, softmax                        3 H·T
     * mixed            product, permute, reshape                      3 H·d
     * output           o, its sum with x, down, its sum with x        4 D
     * feed-forward     gate, silu, up, their product                  4 F
     * </pre>
     */
    private static long layer(DecoderConfig c, int length) {
        long queries = (long) c.heads() * c.headSize();
        long keys = (long) c.keyValueHeads() * c.headSize();
        long sharing = c.heads() == c.keyValueHeads() ? 0 : 2 * queries;
        return 10L * c.hiddenSize() + 13 * queries + 12 * keys + sharing + 3L * c.heads() * length
                + 4L * c.intermediateSize();
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
