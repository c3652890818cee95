package llava4j.connector;

import java.util.List;
import java.util.Map;
import llava4j.graph.Initializer;
import llava4j.graph.Scope;
import llava4j.language.BetweenLayers;
import llava4j.language.DecoderConfig;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What joins the encoder g to the decoder f: it reads the features Zv of each picture, and the decoder reads what it says.
 *
 * <table>
 * <caption>The paper's three ways</caption>
 * <tr><td></td><td>{@link Projector W}</td><td>{@link QFormer Q-Former}</td><td>{@link Resampler} and gated layers</td></tr>
 * <tr><td>reads Zv as</td><td>a matrix, every patch</td><td>Q learned queries</td><td>Q learned latents</td></tr>
 * <tr><td>in the sequence</td><td>a token a patch</td><td>Q tokens</td><td>one mark, nothing of the picture</td></tr>
 * <tr><td>in the decoder</td><td>nothing</td><td>nothing</td><td>layers that look at the latents</td></tr>
 * <tr><td>cache holds besides</td><td>nothing</td><td>nothing</td><td>their keys and values, and who sees what</td></tr>
 * </table>
 *
 * <p>Training, generation, chat and evaluation know this interface alone. All its parameters learn in both stages: in stage 1
 * nothing else does ({@link #owns}). A connector of one's own is one class and one line in {@link ConnectorType}.
 */
public interface Connector {

    /** {@return its name in {@code mm_projector_type} of config.json} */
    String type();

    /** {@return width Dv of the features that it reads} */
    int inputSize();

    /**
     * {@return places that one picture takes in the sequence}
     *
     * @param features S, rows of Zv that it reads of one picture
     */
    int imageTokens(int features);

    /**
     * {@return names and shapes of its parameters}
     *
     * @param decoder sizes of f
     */
    Map<String, long[]> shapes(DecoderConfig decoder);

    /**
     * {@return parameters before anything is learned, of these shapes}
     *
     * @param decoder sizes of f
     * @param seed    of all draws
     */
    default Map<String, INDArray> fresh(DecoderConfig decoder, long seed) {
        return Initializer.random(shapes(decoder), name -> 0, seed);
    }

    /**
     * Reads the pictures.
     *
     * @param root     the scope above all parameters
     * @param zv       [N*S, Dv] of N pictures; N is found at run time
     * @param features S
     * @return Hv, [N*P, D] where the picture's rows stand in the sequence, [N*Q, width] where layers in the decoder look at them
     */
    SDVariable read(Scope root, SDVariable zv, int features);

    /** {@return whether Hv stands in the sequence, in the places of {@code <image>}} */
    default boolean isSpliced() {
        return true;
    }

    /**
     * {@return what it adds to the decoder of a whole prompt}
     *
     * @param root    the scope above all parameters
     * @param hv      what it has {@link #read}
     * @param decoder sizes of f
     * @param batch   B
     */
    default BetweenLayers inDecoder(Scope root, SDVariable hv, DecoderConfig decoder, int batch) {
        return BetweenLayers.NOTHING;
    }

    /**
     * {@return the same for one more token with a cache, from what {@link BetweenLayers#kept} was kept}
     *
     * @param root    the scope above all parameters
     * @param decoder sizes of f
     * @param batch   B
     */
    default BetweenLayers behindCache(Scope root, DecoderConfig decoder, int batch) {
        return BetweenLayers.NOTHING;
    }

    /**
     * {@return values of the placeholders that it has added to a graph, by name}
     *
     * @param sight the pictures of the batch, and who sees which
     */
    default Map<String, INDArray> values(Sight sight) {
        return Map.of();
    }

    /** {@return its peak learning rate in stage 1, as a share of that of one matrix: what has many layers learns more slowly} */
    default double shareOfRate() {
        return 0.1;
    }

    /** {@return what comparisons with other implementations call the features that it reads} */
    default String nameOfFeatures() {
        return "image_features_pre_projection";
    }

    /** {@return names of what it computes of Zv on the way to Hv, to look at} */
    default List<String> stations() {
        return List.of();
    }

    /**
     * {@return how many numbers a feature, or a row that it makes of them, is multiplied by, times these rows: multiplications for
     * one picture}
     *
     * @param features S
     * @param decoder  sizes of f
     */
    double multiplications(int features, DecoderConfig decoder);

    /**
     * {@return the same for what it adds to the decoder: multiplications for one token}
     *
     * @param decoder sizes of f
     */
    default double multiplicationsOfToken(DecoderConfig decoder) {
        return 0;
    }

    /**
     * {@return what it holds in memory beside its parameters}
     *
     * @param features S
     * @param decoder  sizes of f
     */
    default Footprint footprint(int features, DecoderConfig decoder) {
        return Footprint.NONE;
    }

    /**
     * {@return whether a parameter is the connector's, and so learns in stage 1: it is neither the encoder's nor the decoder's, or
     * is the vector of a token that has come with the connector}
     *
     * @param name of the parameter
     */
    static boolean owns(String name) {
        return !name.startsWith("vision_tower.") && (!name.startsWith("language_model.") || name.contains(".additional_"));
    }
}
