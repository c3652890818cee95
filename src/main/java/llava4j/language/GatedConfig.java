package llava4j.language;

import llava4j.graph.Shapes;

/**
 * Sizes of Flamingo's layers inside the decoder, as IDEFICS writes them; heads and widths are the decoder's.
 *
 * @param interval    one stands before each decoder layer whose number it divides: 4 in IDEFICS
 * @param memorySize  width E of the latents that they look at
 * @param headNorms   whether the queries and keys of each head are normalised
 * @param vectorGates whether a gate is a number for each feature, rather than one for all
 */
public record GatedConfig(int interval, int memorySize, boolean headNorms, boolean vectorGates) {

    /** The scope of all of them. */
    static final String SCOPE = "gated_cross_attn_layers";

    /**
     * {@return how many there are}
     *
     * @param decoder between whose layers they stand; their number divides its layers
     */
    public int count(DecoderConfig decoder) {
        return decoder.layers() / interval;
    }

    /**
     * {@return numbers that a token is multiplied by in one of them}
     *
     * @param latents that it looks at
     * @param decoder between whose layers they stand
     */
    public double multiplicationsOfToken(int latents, DecoderConfig decoder) {
        double width = decoder.hiddenSize();
        return width * (2 * width + 3.0 * decoder.intermediateSize() + 2.0 * latents);
    }

    /**
     * {@return numbers that one of them keeps of some latents until the gradient comes back: keys and values, and what the norm of
     * the keys' heads reads}
     *
     * @param latents of a row
     * @param decoder between whose layers they stand
     */
    public long keptOfLatents(int latents, DecoderConfig decoder) {
        return (headNorms ? 3L : 2L) * latents * decoder.hiddenSize();
    }

    /**
     * {@return numbers that one of them keeps of a token until the gradient comes back}
     *
     * <pre>
     * two norms            x, and their results                                4 D
     * looking              q scaled, and what the norm of its heads reads      D or 2 D
     *                      the scores' softmax, of each head                   Q
     *                      the mixed values; what was found, hidden or not     3 D
     * feed-forward         gate, up, their product; what comes of it           3 F + D
     * </pre>
     *
     * @param latents Q, that it looks at
     * @param decoder between whose layers they stand
     */
    public long keptOfToken(int latents, DecoderConfig decoder) {
        return (headNorms ? 10L : 9L) * decoder.hiddenSize() + (long) decoder.heads() * latents + 3L * decoder.intermediateSize();
    }

    /**
     * Adds names and shapes of their parameters.
     *
     * @param shapes  the list
     * @param decoder between whose layers they stand
     */
    public void addTo(Shapes shapes, DecoderConfig decoder) {
        int width = decoder.hiddenSize();
        long[] gate = vectorGates ? new long[] {1, 1, width} : new long[] {1};
        for (int g = 0; g < count(decoder); g++) {
            String layer = SCOPE + "." + g;
            shapes.put(layer + ".alpha_cross_attn", gate).put(layer + ".alpha_dense", gate)
                    .put(layer + ".input_layernorm.weight", width)
                    .linear(layer + ".cross_attn.q_proj", width, width, false)
                    .linear(layer + ".cross_attn.k_proj", memorySize, width, false)
                    .linear(layer + ".cross_attn.v_proj", memorySize, width, false)
                    .linear(layer + ".cross_attn.o_proj", width, width, false);
            if (headNorms) {
                shapes.put(layer + ".cross_attn.q_layer_norm.weight", width / decoder.heads())
                        .put(layer + ".cross_attn.k_layer_norm.weight", width / decoder.heads());
            }
            shapes.put(layer + ".post_attention_layernorm.weight", width)
                    .linear(layer + ".mlp.gate_proj", width, decoder.intermediateSize(), false)
                    .linear(layer + ".mlp.up_proj", width, decoder.intermediateSize(), false)
                    .linear(layer + ".mlp.down_proj", decoder.intermediateSize(), width, false);
        }
    }
}
