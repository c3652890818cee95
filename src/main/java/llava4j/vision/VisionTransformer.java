package llava4j.vision;

import java.util.ArrayList;
import java.util.List;
import llava4j.graph.LayerNorm;
import llava4j.graph.Linear;
import llava4j.graph.Scope;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * The vision encoder g, CLIP's ViT: Zv = g(Xv), a picture becomes a row of feature vectors (paper, section 4.1).
 *
 * <p>LLaVA does not take the encoder's output but the tokens before its last layer, {@code hiddenStates(..)} at index −2:
 * the last layer was trained to gather the picture into the class token for CLIP's contrastive loss, the one before still
 * keeps what each patch shows. What one would get wrong: hidden state 0 is taken <em>after</em> {@code pre_layrnorm}
 * (the name is misspelt in every checkpoint), and {@code post_layernorm} touches the class token's output alone. BLIP-2's
 * own encoder ({@link VisionConfig.Form#EVA}) has no norm there, and is read after its last layer.
 */
public final class VisionTransformer {

    private final VisionConfig config;
    private final int batch;

    /**
     * An encoder of these sizes; it adds itself to a graph where it is used.
     *
     * @param config sizes
     * @param batch  pictures that one run of the graph takes; fixed, because the class token is repeated for each
     */
    public VisionTransformer(VisionConfig config, int batch) {
        this.config = config;
        this.batch = batch;
    }

    /**
     * The tokens before the first layer and after each layer.
     *
     * @param scope  {@code vision_model}
     * @param pixels [B, 3, S, S]
     * @return layers + 1 variables, each [B*(1+P), D]; the class token is row 0 of each picture
     */
    public List<SDVariable> hiddenStates(Scope scope, SDVariable pixels) {
        return hiddenStates(scope, pixels, config.layers());
    }

    /**
     * Patch features at {@code layer}, what W is given.
     *
     * @param scope          {@code vision_model}
     * @param pixels         [B, 3, S, S], normalised
     * @param layer          −2 is before the last layer, −1 after it, as in {@code vision_feature_layer}
     * @param keepClassToken whether row 0 of each picture stays
     * @return [B*P, D], or [B*(1+P), D] with the class token
     */
    public SDVariable features(Scope scope, SDVariable pixels, int layer, boolean keepClassToken) {
        SameDiff graph = scope.graph();
        int depth = layer < 0 ? config.layers() + 1 + layer : layer;
        // Layers above the one that is read are never built: at −2 the last layer's weights stay unused.
        List<SDVariable> states = hiddenStates(scope, pixels, depth);
        SDVariable tokens = states.get(depth);
        if (keepClassToken) {
            return tokens;
        }
        SDVariable perPicture = graph.reshape(tokens, batch, 1 + config.patches(), config.hiddenSize());
        // [B, 1+P, D] -> [B, P, D] -> [B*P, D]
        SDVariable patches = graph.slice(perPicture, new int[] {0, 1, 0},
                batch, config.patches(), config.hiddenSize());
        return graph.reshape(patches, -1, config.hiddenSize());
    }

    /**
     * The picture in CLIP's shared space, before it is normalised to length one.
     *
     * @param root   the scope above {@code vision_model} and {@code visual_projection}
     * @param states of all layers, as {@link #hiddenStates} gives them
     * @return [B, projectionSize]
     */
    public SDVariable embedding(Scope root, List<SDVariable> states) {
        SameDiff graph = root.graph();
        SDVariable perPicture = graph.reshape(states.get(config.layers()),
                batch, 1 + config.patches(), config.hiddenSize());
        // [B, 1+P, D] -> [B, 1, D] -> [B, D]
        SDVariable classToken = graph.reshape(
                graph.slice(perPicture, new int[] {0, 0, 0}, batch, 1, config.hiddenSize()), -1, config.hiddenSize());
        return projected(root, classToken);
    }

    /** Tokens in CLIP's shared space: [N, D] -> [N, projectionSize]. */
    SDVariable projected(Scope root, SDVariable tokens) {
        SDVariable normed = LayerNorm.of(root.at("vision_model.post_layernorm"), tokens, config.layerNormEps());
        return Linear.of(root.at("visual_projection"), normed);
    }

    private List<SDVariable> hiddenStates(Scope scope, SDVariable pixels, int depth) {
        SDVariable x = PatchEmbedding.of(scope.at("embeddings"), pixels, config, batch);
        if (config.form() == VisionConfig.Form.CLIP) {
            x = LayerNorm.of(scope.at("pre_layrnorm"), x, config.layerNormEps());
        }
        List<SDVariable> states = new ArrayList<>(List.of(x));
        for (int i = 0; i < depth; i++) {
            x = EncoderLayer.of(scope.at("encoder.layers", i), x, null, batch, config.heads(), config.hiddenSize(),
                    config.activation(), config.layerNormEps());
            states.add(x);
        }
        return states;
    }
}
