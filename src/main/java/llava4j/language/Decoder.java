package llava4j.language;

import java.util.ArrayList;
import java.util.List;
import llava4j.graph.Linear;
import llava4j.graph.Scope;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * The language model f, a LLaMA/Vicuna decoder: from token vectors to the logits of each next token.
 *
 * <p>Every layer adds to its input, first what attention finds in earlier tokens, then what the feed-forward part makes
 * of it: x + attention(norm(x)), x + mlp(norm(x)). The decoder is given vectors, not ids. That is the whole door
 * through which a picture enters: a projected patch stands where a word's vector would.
 */
public final class Decoder {

    private final DecoderConfig config;
    private final int batch;

    /**
     * A decoder of these sizes; it adds itself to a graph in {@link #of}.
     *
     * @param config sizes
     * @param batch  B, rows that one run of the graph takes; their length is found at run time
     */
    public Decoder(DecoderConfig config, int batch) {
        this.config = config;
        this.batch = batch;
    }

    /**
     * The layers' outputs.
     *
     * @param hidden    token vectors before the first layer and after each one, [B*T, D]; the last is not yet normalised
     * @param attention each layer's attention weights, [B, Hkv, H/Hkv*T, S+T], which is [B, H, T, S+T] in memory, to look at
     * @param keyValues each layer's own keys and values, for a cache
     */
    public record Output(List<SDVariable> hidden, List<SDVariable> attention, List<KeyValues> keyValues) {

        /** {@return the last layer's output, [B*T, D]} */
        public SDVariable last() {
            return hidden.get(hidden.size() - 1);
        }
    }

    /**
     * The vectors Hq of words.
     *
     * @param scope {@code language_model}
     * @param ids   [n] token ids
     * @return [n, D]
     */
    public static SDVariable embed(Scope scope, SDVariable ids) {
        return scope.rows("model.embed_tokens.weight", ids);
    }

    /**
     * Runs all layers.
     *
     * @param scope      {@code language_model}
     * @param embeddings [B*T, D]
     * @param inputs     positions and mask
     * @param past       for each layer the keys and values of earlier tokens, or an empty list
     * @return hidden states, attention weights, and keys and values of each layer
     */
    public Output of(Scope scope, SDVariable embeddings, DecoderInputs inputs, List<KeyValues> past) {
        return of(scope, embeddings, inputs, past, BetweenLayers.NOTHING);
    }

    /**
     * Runs all layers, and what stands between them.
     *
     * @param scope      {@code language_model}
     * @param embeddings [B*T, D]
     * @param inputs     positions and mask
     * @param past       for each layer the keys and values of earlier tokens, or an empty list
     * @param between    adds to what a layer is given
     * @return hidden states, attention weights, and keys and values of each layer
     */
    public Output of(Scope scope, SDVariable embeddings, DecoderInputs inputs, List<KeyValues> past, BetweenLayers between) {
        CausalSelfAttention attention = new CausalSelfAttention(config, batch);
        SDVariable x = embeddings;
        List<SDVariable> hidden = new ArrayList<>(List.of(x));
        List<SDVariable> weights = new ArrayList<>();
        List<KeyValues> keyValues = new ArrayList<>();
        for (int i = 0; i < config.layers(); i++) {
            Scope layer = scope.at("model.layers", i);
            x = between.before(i, x);
            CausalSelfAttention.Result seen = attention.of(layer.at("self_attn"),
                    RmsNorm.of(layer.at("input_layernorm"), x, config.rmsNormEps()), inputs,
                    past.isEmpty() ? null : past.get(i));
            x = x.add(seen.mixed());
            x = x.add(SwiGlu.of(layer.at("mlp"),
                    RmsNorm.of(layer.at("post_attention_layernorm"), x, config.rmsNormEps())));
            hidden.add(x);
            weights.add(seen.weights());
            keyValues.add(seen.own());
        }
        return new Output(hidden, weights, keyValues);
    }

    /**
     * {@return normalised hidden states [n, D], by the last normalisation, {@code model.norm}}
     *
     * @param scope  {@code language_model}
     * @param hidden [n, D]
     */
    public SDVariable finalNorm(Scope scope, SDVariable hidden) {
        return RmsNorm.of(scope.at("model.norm"), hidden, config.rmsNormEps());
    }

    /**
     * The logits of the next token after each row.
     *
     * @param scope  {@code language_model}
     * @param normed [n, D], from {@link #finalNorm}; only the rows whose prediction is wanted
     * @return [n, V]
     */
    public SDVariable logits(Scope scope, SDVariable normed) {
        Scope head = scope.at(config.tiedEmbeddings() ? "model.embed_tokens" : "lm_head");
        SDVariable logits = Linear.of(head, normed);                                          // [n, D] -> [n, V]
        if (config.additionalTokens() == 0) {
            return logits;
        }
        SDVariable more = Linear.of(head.at(config.tiedEmbeddings() ? "additional_embedding" : "additional_fc"), normed);
        return scope.graph().concat(1, logits, more);                      // [n, V − m] and [n, m] -> [n, V]
    }
}
