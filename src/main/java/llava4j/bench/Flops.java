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

    /** Forward, {@code rows} sequences of {@code length} tokens, logits at {@code scored} of all tokens. */
    public static double decoder(DecoderConfig c, long rows, long length, long scored) {
        double queries = (double) c.heads() * c.headSize();
        double keys = (double) c.keyValueHeads() * c.headSize();
        double weights = c.hiddenSize() * (2 * queries + 2 * keys) + 3.0 * c.hiddenSize() * c.intermediateSize();
        double attention = 2 * queries * length;                                       // Q Kᵀ and the weighted values
        return 2 * rows * length * c.layers() * (weights + attention)
                + 2.0 * scored * c.hiddenSize() * c.vocabularySize();
    }

    /** Forward, {@code pictures} through the first {@code layers} layers. */
    public static double encoder(VisionConfig c, long pictures, int layers) {
        double tokens = 1 + c.patches();
        double width = c.hiddenSize();
        double layer = 4 * width * width + 2 * width * c.intermediateSize() + 2 * tokens * width;
        return 2 * pictures * (c.patches() * 3.0 * c.patchSize() * c.patchSize() * width + tokens * layers * layer);
    }

    /** Forward and backward where all weights learn: each product is met by two of its size on the way back. */
    public static double training(double forward) {
        return 3 * forward;
    }
}
