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
 * Flamingo's perceiver resampler, as IDEFICS writes it: Q learned latents read the picture, however many patches it has.
 *
 * <pre>
 * z = latents                                               the same for every picture
 * z = z + attention(norm(z), [norm(Zv); norm(z)])           in each block
 * z = z + W₂ relu(W₁ norm(z))
 * norm(z)                                                   after the last block
 * </pre>
 *
 * <p>What comes out never stands in the sequence: layers inside the decoder look at it ({@link llava4j.language.GatedLayers}).
 * What one would get wrong: the latents are among the keys they look at, behind the picture's features; and the features are
 * the encoder's in every block, normalised anew, not what the block before made of them.
 */
public final class Resampler {

    /** Placeholder [N, 1] of ones: how many pictures there are is found at run time. */
    static final String PICTURES = "one_per_picture";

    private final ResamplerConfig config;
    private final int features;

    private Resampler(ResamplerConfig config, int features) {
        this.config = config;
        this.features = features;
    }

    /**
     * Reads pictures.
     *
     * @param scope    {@code perceiver_resampler}
     * @param zv       [N*S, E]
     * @param features S
     * @param config   its sizes
     * @return latents [N*Q, E]
     */
    public static SDVariable of(Scope scope, SDVariable zv, int features, ResamplerConfig config) {
        Resampler resampler = new Resampler(config, features);
        SameDiff graph = scope.graph();
        SDVariable ones = graph.placeHolder(PICTURES, DataType.FLOAT, -1, 1);
        // [N, 1] x [1, Q*E] -> [N, Q*E] -> [N*Q, E]
        SDVariable z = graph.reshape(ones.mmul(graph.reshape(scope.weight("latents"), 1, -1)), -1, config.inputSize());
        for (int i = 0; i < config.depth(); i++) {
            Scope block = scope.at("blocks", i);
            z = z.add(resampler.attention(block.at("0"), zv, z, i).rename("resampler_attention." + i));
            z = z.add(feedForward(block.at("1"), z));
        }
        return LayerNorm.of(scope.at("layer_norm"), z, ResamplerConfig.EPS);
    }

    /** What latents [N*Q, E] find in the picture and in each other: [N*Q, E]. */
    private SDVariable attention(Scope scope, SDVariable zv, SDVariable z, int number) {
        SameDiff graph = scope.graph();
        int width = config.inputSize();
        int seen = features + config.latents();
        SDVariable c = LayerNorm.of(scope.at("context_layer_norm"), zv, ResamplerConfig.EPS);
        SDVariable l = LayerNorm.of(scope.at("latents_layer_norm"), z, ResamplerConfig.EPS);
        // [N, S, E] and [N, Q, E] -> [N, S+Q, E] -> [N*(S+Q), E]
        SDVariable both = graph.reshape(graph.concat(1, graph.reshape(c, -1, features, width),
                graph.reshape(l, -1, config.latents(), width)), -1, width);
        SDVariable q = inHeads(scope, "q", l, config.latents());                               // [N, heads, Q, d]
        SDVariable k = inHeads(scope, "k", both, seen);                                        // [N, heads, S+Q, d]
        SDVariable v = Attention.splitHeadsOfEach(Linear.of(scope.at("v_proj"), both), seen, config.heads(), config.headSize());
        SDVariable weights = Attention.weights(q, k, null, config.headSize());                 // [N, heads, Q, S+Q]
        weights.rename("resampler_attention_weights." + number);
        SDVariable mixed = Attention.joinHeads(graph.mmul(weights, v), config.heads(), config.headSize());
        return Linear.of(scope.at("output_proj"), mixed);                                      // [N*Q, heads*d] -> [N*Q, E]
    }

    /** [N*T, E] -> [N, heads, T, d], each head normalised where the model does so. */
    private SDVariable inHeads(Scope scope, String which, SDVariable x, int length) {
        SDVariable flat = Linear.of(scope.at(which + "_proj"), x);
        if (config.headNorms()) {
            // [N*T, heads*d] -> [N*T*heads, d] -> [N*T, heads*d]: to the norm a head is a token
            SDVariable heads = scope.graph().reshape(flat, -1, config.headSize());
            flat = scope.graph().reshape(LayerNorm.of(scope.at(which + "_layer_norm"), heads, ResamplerConfig.EPS), -1,
                    config.heads() * config.headSize());
        }
        return Attention.splitHeadsOfEach(flat, length, config.heads(), config.headSize());
    }

    /** [N*Q, E] -> [N*Q, 4E] -> [N*Q, E]. */
    private static SDVariable feedForward(Scope scope, SDVariable z) {
        SDVariable normed = LayerNorm.of(scope.at("ln"), z, ResamplerConfig.EPS);
        return Linear.of(scope.at("c_proj"), Activation.of("relu", Linear.of(scope.at("fc"), normed)));
    }
}
