package llava4j.vision;

import llava4j.graph.Activation;
import llava4j.graph.Attention;
import llava4j.graph.LayerNorm;
import llava4j.graph.Linear;
import llava4j.graph.Scope;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * One transformer layer of CLIP, in both of its towers: x + attention(norm(x)), then x + mlp(norm(x)).
 *
 * <p>The normalisation stands before each part ("pre-norm"), so the residual stream itself is never normalised between
 * layers; that is why the features LLaVA takes from the middle of the tower need no further norm.
 */
final class EncoderLayer {

    private EncoderLayer() {
    }

    /**
     * @param scope {@code ...encoder.layers.i}
     * @param x     [B*T, D]
     * @param mask  [B, 1, T, T] or {@code null}
     * @return [B*T, D]
     */
    static SDVariable of(Scope scope, SDVariable x, SDVariable mask, int batch, int heads, int hiddenSize,
                         String activation, double eps) {
        SDVariable h = x.add(selfAttention(scope.at("self_attn"), LayerNorm.of(scope.at("layer_norm1"), x, eps), mask,
                batch, heads, hiddenSize / heads));
        return h.add(mlp(scope.at("mlp"), LayerNorm.of(scope.at("layer_norm2"), h, eps), activation));
    }

    private static SDVariable selfAttention(Scope scope, SDVariable x, SDVariable mask, int batch, int heads,
                                            int headSize) {
        // [B*T, D] -> [B, H, T, D/H]
        SDVariable q = Attention.splitHeads(Linear.of(scope.at("q_proj"), x), batch, heads, headSize);
        SDVariable k = Attention.splitHeads(Linear.of(scope.at("k_proj"), x), batch, heads, headSize);
        SDVariable v = Attention.splitHeads(Linear.of(scope.at("v_proj"), x), batch, heads, headSize);
        // [B, H, T, D/H] -> [B*T, D]
        SDVariable mixed = Attention.joinHeads(Attention.attend(q, k, v, mask, headSize), heads, headSize);
        return Linear.of(scope.at("out_proj"), mixed);
    }

    private static SDVariable mlp(Scope scope, SDVariable x, String activation) {
        // [B*T, D] -> [B*T, 4D] -> [B*T, D]
        return Linear.of(scope.at("fc2"), Activation.of(activation, Linear.of(scope.at("fc1"), x)));
    }
}
