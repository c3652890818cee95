package llava4j.vision;

import llava4j.graph.LayerNorm;
import llava4j.graph.Linear;
import llava4j.graph.Scope;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * CLIP's text tower: a caption becomes one vector in the space it shares with pictures.
 *
 * <p>The same layers as the vision tower, but causal, so that the last token (the end-of-text token) is the only one that
 * has read the whole caption; its output stands for the caption. LLaVA itself never uses this tower: it is the teacher
 * that made the vision encoder what it is.
 */
public final class TextTower {

    private final TextTowerConfig config;
    private final int batch;

    /**
     * A tower of these sizes; it adds itself to a graph where it is used.
     *
     * @param config sizes
     * @param batch  captions that one run of the graph takes
     */
    public TextTower(TextTowerConfig config, int batch) {
        this.config = config;
        this.batch = batch;
    }

    /**
     * The caption in CLIP's shared space, before it is normalised to length one.
     *
     * @param root      the scope above {@code text_model} and {@code text_projection}
     * @param ids       [B*T] token ids, captions padded on the right
     * @param positions [B*T] 0, 1, 2, … for each caption
     * @param ends      [B] row of the end-of-text token among the B*T rows
     * @param mask      [B, 1, T, T] causal mask
     * @return [B, projectionSize]
     */
    public SDVariable embedding(Scope root, SDVariable ids, SDVariable positions, SDVariable ends, SDVariable mask) {
        SameDiff graph = root.graph();
        Scope scope = root.at("text_model");
        Scope embeddings = scope.at("embeddings");
        // [B*T] -> [B*T, D]
        SDVariable x = embeddings.rows("token_embedding.weight", ids)
                .add(embeddings.rows("position_embedding.weight", positions));
        for (int i = 0; i < config.layers(); i++) {
            x = EncoderLayer.of(scope.at("encoder.layers", i), x, mask, batch, config.heads(), config.hiddenSize(),
                    config.activation(), config.layerNormEps());
        }
        // [B*T, D] -> [B, D]: the rows of the end-of-text tokens
        SDVariable last = graph.gather(x, ends, 0);
        return Linear.of(root.at("text_projection"),
                LayerNorm.of(scope.at("final_layer_norm"), last, config.layerNormEps()));
    }
}
