package llava4j.model;

import llava4j.connector.ConnectorType;

/**
 * The choices that are open when an encoder and a decoder are put together (paper, Table 8).
 *
 * @param visionFeatureLayer the hidden state of g that the connector reads, counted from the end: −2 is before the last layer
 * @param connector          {@code linear}, {@code mlp2x_gelu}, {@code qformer} or {@code gated}
 * @param decoderLayers      how many of the decoder's layers are kept, from the first on; 0 for all
 */
public record Design(int visionFeatureLayer, String connector, int decoderLayers) {

    /** The paper's: features before the last layer, one matrix, the whole decoder. */
    public static final Design PAPER = of(ConnectorType.PROJECTOR);

    /**
     * {@return a connector after the hidden state that it usually reads, before the whole decoder}
     *
     * @param connector which
     */
    public static Design of(ConnectorType connector) {
        return new Design(connector.featureLayer(), connector.type(), 0);
    }
}
