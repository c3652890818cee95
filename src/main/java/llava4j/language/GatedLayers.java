package llava4j.language;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import llava4j.graph.Scope;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Flamingo's way of showing a picture: layers inside the decoder that look at it. Nothing of it stands in the sequence.
 *
 * <p>One stands <em>before</em> decoder layer i wherever the interval divides i. Their keys and values depend on the picture
 * alone, so a cache keeps them beside the decoder's own, and who sees what. What one would get wrong: counting from the end
 * of a group of layers, as OpenFlamingo does; IDEFICS counts from its beginning.
 */
public final class GatedLayers implements BetweenLayers {

    /** Placeholder [B, 1, T, L], added to the scores. */
    public static final String MASK = "picture_mask";
    /** Placeholder [B*T, 1], 1 for a token that sees a picture and 0 for another. */
    public static final String SEES = "sees_picture";
    private static final String KEYS = "picture_keys.";
    private static final String VALUES = "picture_values.";

    private final GatedConfig config;
    private final List<GatedCrossAttention> layers = new ArrayList<>();
    private final List<KeyValues> pictures = new ArrayList<>();
    private final SDVariable mask;
    private final SDVariable sees;

    private GatedLayers(Scope root, GatedConfig config, DecoderConfig decoder, int batch) {
        this.config = config;
        SameDiff graph = root.graph();
        mask = graph.placeHolder(MASK, DataType.FLOAT, batch, 1, -1, -1);
        sees = graph.placeHolder(SEES, DataType.FLOAT, -1, 1);
        for (int g = 0; g < config.count(decoder); g++) {
            layers.add(new GatedCrossAttention(root.at(GatedConfig.SCOPE, g), config, decoder, batch));
        }
    }

    /**
     * {@return the layers for a whole prompt}
     *
     * @param root    the scope above all parameters
     * @param latents [B*L, E] of all pictures of each row
     * @param config  their sizes
     * @param decoder between whose layers they stand
     * @param batch   B
     */
    public static GatedLayers lookingAt(Scope root, SDVariable latents, GatedConfig config, DecoderConfig decoder, int batch) {
        GatedLayers made = new GatedLayers(root, config, decoder, batch);
        for (int g = 0; g < made.layers.size(); g++) {
            KeyValues seen = made.layers.get(g).of(latents);
            made.pictures.add(new KeyValues(seen.keys().rename(KEYS + g), seen.values().rename(VALUES + g)));
        }
        return made;
    }

    /**
     * {@return the layers for one more token with a cache, which holds the pictures' keys and values}
     *
     * @param root    the scope above all parameters
     * @param config  their sizes
     * @param decoder between whose layers they stand
     * @param batch   B
     */
    public static GatedLayers behindCache(Scope root, GatedConfig config, DecoderConfig decoder, int batch) {
        GatedLayers made = new GatedLayers(root, config, decoder, batch);
        int headSize = decoder.hiddenSize() / decoder.heads();
        for (int g = 0; g < made.layers.size(); g++) {
            made.pictures.add(new KeyValues(
                    root.graph().placeHolder(KEYS + g, DataType.FLOAT, batch, decoder.heads(), -1, headSize),
                    root.graph().placeHolder(VALUES + g, DataType.FLOAT, batch, decoder.heads(), -1, headSize)));
        }
        return made;
    }

    @Override
    public SDVariable before(int layer, SDVariable x) {
        if (layer % config.interval() != 0) {
            return x;
        }
        int g = layer / config.interval();
        GatedCrossAttention.Result seen = layers.get(g).of(x, pictures.get(g), mask, sees);
        seen.weights().rename("cross_attention_weights." + g);
        seen.looked().rename("cross_attention." + g);
        return seen.sum().rename("gated_layer." + g);
    }

    @Override
    public Map<String, SDVariable> kept() {
        Map<String, SDVariable> kept = new LinkedHashMap<>();
        for (int g = 0; g < pictures.size(); g++) {
            kept.put(KEYS + g, pictures.get(g).keys());
            kept.put(VALUES + g, pictures.get(g).values());
        }
        return kept;
    }
}
