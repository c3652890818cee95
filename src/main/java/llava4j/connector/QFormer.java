package llava4j.connector;

import llava4j.graph.Activation;
import llava4j.graph.Attention;
import llava4j.graph.LayerNorm;
import llava4j.graph.Linear;
import llava4j.graph.Scope;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * BLIP-2's connector (Li and others, 2023): Q learned queries read the picture, and their answers stand in the sequence.
 *
 * <pre>
 * x = norm(queries)                                         the same for every picture
 * x = norm(x + attention(x, x))                             queries tell each other what they have
 * x = norm(x + attention(x, Zv))                            and look at the picture, in layers 0, 2, 4, …
 * x = norm(x + W₂ gelu(W₁ x))
 * Hv = W x                                                  after the last layer, into the space of words
 * </pre>
 *
 * <p>The paper's rival in Table 5: 32 image tokens where LLaVA has 256, and a transformer where LLaVA has a matrix. A query has
 * to learn what to ask before the decoder can learn from its answer. What one would get wrong: it is BERT's layer, whose norm
 * stands <em>after</em> each sum, so the last output has no norm of its own; and the features are normalised before it, class
 * token among them, by a norm that learns with it.
 */
public final class QFormer {

    /** Placeholder [N, 1] of ones: how many pictures there are is found at run time. */
    static final String PICTURES = "one_per_picture";

    private final QFormerConfig config;
    private final int features;
    private final int headSize;

    private QFormer(QFormerConfig config, int features) {
        this.config = config;
        this.features = features;
        this.headSize = config.hiddenSize() / config.heads();
    }

    /**
     * Reads pictures.
     *
     * @param root     the scope above {@code ln_vision}, {@code query_tokens}, {@code qformer} and {@code language_projection}
     * @param zv       [N*S, Dv]
     * @param features S
     * @param config   its sizes
     * @return Hv [N*Q, D]
     */
    public static SDVariable of(Scope root, SDVariable zv, int features, QFormerConfig config) {
        SDVariable picture = LayerNorm.of(root.at("ln_vision"), zv, config.featureNormEps()).rename("image_embeds");
        SDVariable answers = answers(root, picture, features, config).rename("query_output");
        return Linear.of(root.at("language_projection"), answers);                            // [N*Q, H] -> [N*Q, D]
    }

    /** The queries' answers to a picture that is normalised already: [N*S, Dv] to [N*Q, H]. */
    static SDVariable answers(Scope root, SDVariable picture, int features, QFormerConfig config) {
        return new QFormer(config, features).answers(root, picture);
    }

    private SDVariable answers(Scope root, SDVariable picture) {
        Scope qformer = root.at("qformer");
        SDVariable x = LayerNorm.of(qformer.at("layernorm"), queries(root), config.layerNormEps());
        for (int i = 0; i < config.layers(); i++) {
            Scope layer = qformer.at("encoder.layer", i);
            x.rename("qformer_hidden_states." + i);
            x = attention(layer.at("attention"), x, x, config.queries(), "qformer_self_attention." + i);
            if (config.looks(i)) {
                x = attention(layer.at("crossattention"), x, picture, features, "qformer_cross_attention." + i);
            }
            SDVariable wide = Activation.of(config.activation(), Linear.of(layer.at("intermediate_query.dense"), x));
            x = normed(layer.at("output_query"), wide, x);                                    // [N*Q, F] -> [N*Q, H]
        }
        return x;
    }

    /** The same queries before every picture: [N, 1] x [1, Q*H] -> [N, Q*H] -> [N*Q, H]. */
    private SDVariable queries(Scope root) {
        SameDiff graph = root.graph();
        SDVariable ones = graph.placeHolder(PICTURES, DataType.FLOAT, -1, 1);
        return graph.reshape(ones.mmul(graph.reshape(root.weight("query_tokens"), 1, -1)), -1, config.hiddenSize());
    }

    /** What queries [N*Q, H] find in {@code seen} [N*T, H or Dv], added to them and normalised: [N*Q, H]. */
    private SDVariable attention(Scope scope, SDVariable x, SDVariable seen, int length, String name) {
        Scope maps = scope.at("attention");
        SDVariable q = heads(Linear.of(maps.at("query"), x), config.queries());                // [N, heads, Q, d]
        SDVariable k = heads(Linear.of(maps.at("key"), seen), length);                         // [N, heads, T, d]
        SDVariable v = heads(Linear.of(maps.at("value"), seen), length);                       // [N, heads, T, d]
        SDVariable weights = Attention.weights(q, k, null, headSize);                          // [N, heads, Q, T]
        weights.rename(name.replace("attention.", "attention_weights."));
        SDVariable mixed = Attention.joinHeads(scope.graph().mmul(weights, v), config.heads(), headSize);
        return normed(scope.at("output"), mixed, x).rename(name);
    }

    private SDVariable heads(SDVariable x, int length) {
        return Attention.splitHeadsOfEach(x, length, config.heads(), headSize);
    }

    /** norm(x + W y). */
    private SDVariable normed(Scope scope, SDVariable y, SDVariable x) {
        return LayerNorm.of(scope.at("LayerNorm"), x.add(Linear.of(scope.at("dense"), y)), config.layerNormEps());
    }
}
