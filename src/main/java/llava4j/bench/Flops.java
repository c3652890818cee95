package llava4j.bench;

import llava4j.language.DecoderConfig;
import llava4j.vision.VisionConfig;

/**
 * Floating-point operations of the matrix products, which are nearly all there are: 2·n·i·o for [n, i] x [i, o].
 *
 * <p>Per token a decoder's layer has 4·D·(H·d) and 3·D·F multiplications in its weights (fewer with fewer key heads), and
 * 2·T·(H·d) in attention: the first grows with the tokens, the second with their square. What one would get wrong: at 256
 * image tokens attention is still the smaller part; the picture costs because each of its tokens passes every weight.
 */
public final class Flops {

    private Flops() {
    }

    /**
     * Forward through the decoder, with logits at {@code scored} of all tokens.
     *
     * @param c      the decoder's sizes
     * @param rows   sequences
     * @param length tokens of each, T, padding included
     * @param scored tokens whose logits are computed, over all rows
     * @return operations, a multiplication and an addition counted as two
     */
    public static double decoder(DecoderConfig c, long rows, long length, long scored) {
        double queries = (double) c.heads() * c.headSize();
        double keys = (double) c.keyValueHeads() * c.headSize();
        double weights = c.hiddenSize() * (2 * queries + 2 * keys) + 3.0 * c.hiddenSize() * c.intermediateSize();
        double attention = 2 * queries * length;                                       // Q Kᵀ and the weighted values
        return 2 * rows * length * c.layers() * (weights + attention)
                + 2.0 * scored * c.hiddenSize() * c.vocabularySize();
    }

    /**
     * Forward through the first {@code layers} layers of the encoder.
     *
     * @param c        the encoder's sizes
     * @param pictures number of pictures
     * @param layers   layers that are run; one fewer than there are where features come from before the last
     * @return operations, a multiplication and an addition counted as two
     */
    public static double encoder(VisionConfig c, long pictures, int layers) {
        double tokens = 1 + c.patches();
        double width = c.hiddenSize();
        double layer = 4 * width * width + 2 * width * c.intermediateSize() + 2 * tokens * width;
        return 2 * pictures * (c.patches() * 3.0 * c.patchSize() * c.patchSize() * width + tokens * layers * layer);
    }

    /**
     * Forward and backward where all weights learn: each product is met by two of its size on the way back.
     *
     * @param forward operations of the forward pass
     * @return operations of both passes, three times as many
     */
    public static double training(double forward) {
        return 3 * forward;
    }
}
