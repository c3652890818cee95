package llava4j.model;

/**
 * The choices that are open when an encoder and a decoder are put together (paper, Table 8).
 *
 * @param visionFeatureLayer the hidden state of g that W sees, counted from the end: −2 is before the last layer
 * @param projector          {@code linear} or {@code mlp2x_gelu}
 * @param decoderLayers      how many of the decoder's layers are kept, from the first on; 0 for all
 */
public record Design(int visionFeatureLayer, String projector, int decoderLayers) {

    /** The paper's: features before the last layer, one matrix, the whole decoder. */
    public static final Design PAPER = new Design(-2, "linear", 0);
}
