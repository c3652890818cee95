package llava4j.language;

import llava4j.graph.Attention;
import llava4j.graph.Linear;
import llava4j.graph.Scope;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * LLaMA's self-attention: queries, keys and values of the same tokens, turned by position, looked up causally.
 *
 * <p>With fewer key heads than query heads (grouped-query attention) G = H/Hkv neighbouring query heads share one key head.
 * All of them look at the same keys, so to a key head they are simply G times as many tokens: no key is written out twice.
 * What one would get wrong: query heads 0, 1 share key head 0 and heads 2, 3 share key head 1, not 0, 2 and 1, 3.
 */
final class CausalSelfAttention {

    private final DecoderConfig config;
    private final int batch;

    CausalSelfAttention(DecoderConfig config, int batch) {
        this.config = config;
        this.batch = batch;
    }

    /** The mixed tokens, what each took from each other [B, Hkv, G*T, S+T], and the keys and values of the tokens given. */
    record Result(SDVariable mixed, SDVariable weights, KeyValues own) {
    }

    /**
     * @param scope  {@code ...self_attn}
     * @param x      [B*T, D]
     * @param inputs rotation and mask of this run
     * @param past   keys and values of S earlier tokens, or {@code null}
     * @return mixed [B*T, D], own keys and values [B, Hkv, T, d]
     */
    Result of(Scope scope, SDVariable x, DecoderInputs inputs, KeyValues past) {
        int heads = config.heads();
        int keyHeads = config.keyValueHeads();
        int size = config.headSize();
        // [B*T, D] -> [B, H, T, d]; keys and values -> [B, Hkv, T, d]
        SDVariable q = Attention.splitHeads(Linear.of(scope.at("q_proj"), x), batch, heads, size);
        SDVariable k = Attention.splitHeads(Linear.of(scope.at("k_proj"), x), batch, keyHeads, size);
        SDVariable v = Attention.splitHeads(Linear.of(scope.at("v_proj"), x), batch, keyHeads, size);
        q = inputs.queryRotation().rotate(scope.at("q_proj"), q, batch, heads);
        k = inputs.keyRotation().rotate(scope.at("k_proj"), k, batch, keyHeads);
        KeyValues own = new KeyValues(k, v);
        if (past != null) {
            // [B, Hkv, S, d] and [B, Hkv, T, d] -> [B, Hkv, S+T, d]
            k = scope.graph().concat(2, past.keys(), k);
            v = scope.graph().concat(2, past.values(), v);
        }
        // [B, H, T, d] -> [B, Hkv, G*T, d]
        SDVariable weights = Attention.weights(inHeads(q, keyHeads), k, inputs.mask(), size);
        // [B, Hkv, G*T, S+T] x [B, Hkv, S+T, d] -> [B, Hkv, G*T, d] -> [B, H, T, d]
        SDVariable mixed = inHeads(scope.graph().mmul(weights, v), heads);
        return new Result(Linear.of(scope.at("o_proj"), Attention.joinHeads(mixed, heads, size)), weights, own);
    }

    /** The same numbers in this many heads: the queries of G neighbouring heads are the rows of one, head after head. */
    private SDVariable inHeads(SDVariable x, int count) {
        return config.heads() == config.keyValueHeads() ? x
                : x.getSameDiff().reshape(x, batch, count, -1, config.headSize());
    }
}
