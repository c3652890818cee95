package llava4j.language;

import llava4j.graph.Attention;
import llava4j.graph.Linear;
import llava4j.graph.Scope;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * One of Flamingo's layers inside the decoder, as IDEFICS writes it: tokens look at the latents of their picture.
 *
 * <pre>
 * x = x + tanh(α) · attention(norm(x), latents)      0 for a token that sees no picture
 * x = x + tanh(β) · mlp(norm(x))                     for every token
 * </pre>
 *
 * <p>The gates α and β begin at 0, so the decoder begins as it was; in the first step they alone have a gradient. What one
 * would get wrong: tanh is taken of the gate, not of what it lets through; and the second line is not hidden from tokens
 * without a picture. There is no rotation by position: a picture stands nowhere in the sequence.
 */
final class GatedCrossAttention {

    private final Scope scope;
    private final GatedConfig config;
    private final DecoderConfig decoder;
    private final int batch;
    private final int headSize;

    /** @param scope {@code gated_cross_attn_layers.g} */
    GatedCrossAttention(Scope scope, GatedConfig config, DecoderConfig decoder, int batch) {
        this.scope = scope;
        this.config = config;
        this.decoder = decoder;
        this.batch = batch;
        this.headSize = decoder.hiddenSize() / decoder.heads();
    }

    /**
     * What tokens look at: computed once, whatever number of tokens follows.
     *
     * @param latents [B*L, E] of all pictures of each row
     * @return [B, H, L, d]
     */
    KeyValues of(SDVariable latents) {
        Scope attention = scope.at("cross_attn");
        SDVariable keys = inHeads(attention, "k", Linear.of(attention.at("k_proj"), latents));
        SDVariable values = Linear.of(attention.at("v_proj"), latents);                       // [B*L, E] -> [B*L, D]
        return new KeyValues(keys, Attention.splitHeads(values, batch, decoder.heads(), headSize));
    }

    /** How much each token takes from each latent [B, H, T, L]; what was found there, and the result of both sums, [B*T, D]. */
    record Result(SDVariable weights, SDVariable looked, SDVariable sum) {
    }

    /**
     * @param x        [B*T, D]
     * @param pictures [B, H, L, d]
     * @param mask     [B, 1, T, L] added to the scores
     * @param sees     [B*T, 1] 1 for a token that sees a picture, else 0
     */
    Result of(SDVariable x, KeyValues pictures, SDVariable mask, SDVariable sees) {
        Scope attention = scope.at("cross_attn");
        SDVariable h = RmsNorm.of(scope.at("input_layernorm"), x, decoder.rmsNormEps());
        SDVariable q = inHeads(attention, "q", Linear.of(attention.at("q_proj"), h));          // [B, H, T, d]
        SDVariable weights = Attention.weights(q, pictures.keys(), mask, headSize);            // [B, H, T, L]
        // [B, H, T, L] x [B, H, L, d] -> [B, H, T, d] -> [B*T, D]
        SDVariable mixed = Attention.joinHeads(scope.graph().mmul(weights, pictures.values()), decoder.heads(), headSize);
        SDVariable looked = Linear.of(attention.at("o_proj"), mixed);
        SDVariable sum = x.add(looked.mul(sees).mul(gate("alpha_cross_attn")));
        SDVariable thought = SwiGlu.of(scope.at("mlp"),
                RmsNorm.of(scope.at("post_attention_layernorm"), sum, decoder.rmsNormEps()));
        return new Result(weights, looked, sum.add(thought.mul(gate("alpha_dense"))));
    }

    /** tanh(α), [1, 1] or [1, D]. */
    private SDVariable gate(String name) {
        return scope.graph().reshape(scope.graph().math().tanh(scope.weight(name)), 1, -1);
    }

    /** [B*n, D] -> [B, H, n, d], each head normalised where the model does so. */
    private SDVariable inHeads(Scope attention, String which, SDVariable x) {
        SDVariable normed = x;
        if (config.headNorms()) {
            // [B*n, D] -> [B*n*H, d] -> [B*n, D]: to the norm a head is a token
            SDVariable heads = scope.graph().reshape(x, -1, headSize);
            normed = scope.graph().reshape(RmsNorm.of(attention.at(which + "_layer_norm"), heads, decoder.rmsNormEps()), -1,
                    decoder.hiddenSize());
        }
        return Attention.splitHeads(normed, batch, decoder.heads(), headSize);
    }
}
