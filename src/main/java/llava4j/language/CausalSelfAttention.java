package llava4j.language;

import java.util.stream.IntStream;
import llava4j.graph.Attention;
import llava4j.graph.Linear;
import llava4j.graph.Scope;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.factory.Nd4j;

/**
 * LLaMA's self-attention: queries, keys and values of the same tokens, turned by position, looked up causally.
 *
 * <p>With fewer key heads than query heads (grouped-query attention) H/Hkv neighbouring query heads share one key head.
 * What one would get wrong: query heads 0, 1 share key head 0 and heads 2, 3 share key head 1, not 0, 2 and 1, 3.
 */
final class CausalSelfAttention {

    private final DecoderConfig config;
    private final int batch;

    CausalSelfAttention(DecoderConfig config, int batch) {
        this.config = config;
        this.batch = batch;
    }

    /** The mixed tokens, what each took from each other [B, H, T, S+T], and the keys and values of the tokens given. */
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
        k = shareAmongQueries(scope.at("k_proj"), k);
        v = shareAmongQueries(scope.at("v_proj"), v);
        SDVariable weights = Attention.weights(q, k, inputs.mask(), size);
        // [B, H, T, S+T] x [B, H, S+T, d] -> [B, H, T, d]
        SDVariable mixed = scope.graph().mmul(weights, v);
        return new Result(Linear.of(scope.at("o_proj"), Attention.joinHeads(mixed, heads, size)), weights, own);
    }

    /** [B, Hkv, S, d] -> [B, H, S, d]: each key head stands H/Hkv times, side by side. */
    private SDVariable shareAmongQueries(Scope scope, SDVariable x) {
        int group = config.heads() / config.keyValueHeads();
        if (group == 1) {
            return x;
        }
        int[] source = IntStream.range(0, config.heads()).map(head -> head / group).toArray();
        return scope.graph().gather(x, scope.constant("head_of_query", Nd4j.createFromArray(source)), 1);
    }
}
