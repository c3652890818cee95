package llava4j.connector;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import llava4j.language.DecoderConfig;

/**
 * The connectors that there are, a line each: their name on the command line, their name in {@code mm_projector_type}, and which
 * of the encoder's outputs they read.
 *
 * <p>W reads the patches before the encoder's last layer (the paper, section 4.1); the Q-Former the class token too, as BLIP-2
 * does behind CLIP; the resampler all tokens after the last layer, as IDEFICS does.
 */
public enum ConnectorType {
    /** The paper's W. */
    PROJECTOR("projector", "linear", -2, false, (features, width, decoder) -> projector("linear", width, decoder)),
    /** LLaVA 1.5's two matrices. */
    MLP("mlp", "mlp2x_gelu", -2, false, (features, width, decoder) -> projector("mlp2x_gelu", width, decoder)),
    /** BLIP-2's queries. */
    QFORMER("qformer", "qformer", -2, true, QFormerConfig::behind),
    /** Flamingo's latents, and layers in the decoder that look at them. */
    GATED("gated", "gated", -1, true, ResamplerConfig::behind);

    /** Makes a connector of the usual sizes behind an encoder. */
    @FunctionalInterface
    private interface Maker {
        Connector of(int features, int inputSize, DecoderConfig decoder);
    }

    private final String option;
    private final String type;
    private final int featureLayer;
    private final boolean keepsClassToken;
    private final Maker maker;

    ConnectorType(String option, String type, int featureLayer, boolean keepsClassToken, Maker maker) {
        this.option = option;
        this.type = type;
        this.featureLayer = featureLayer;
        this.keepsClassToken = keepsClassToken;
        this.maker = maker;
    }

    private static Connector projector(String type, int inputSize, DecoderConfig decoder) {
        return new ProjectorConfig(type, inputSize, decoder.hiddenSize(), true, "gelu");
    }

    /**
     * {@return the connector of a name, if there is one}
     *
     * @param name on the command line or in config.json
     */
    public static Optional<ConnectorType> of(String name) {
        return Arrays.stream(values()).filter(each -> each.option.equals(name) || each.type.equals(name)).findFirst();
    }

    /** {@return all names on the command line} */
    public static String names() {
        return Arrays.stream(values()).map(each -> each.option).collect(Collectors.joining("|"));
    }

    /** {@return its name in config.json} */
    public String type() {
        return type;
    }

    /** {@return its name on the command line} */
    public String option() {
        return option;
    }

    /** {@return the hidden state of g that it reads, counted from the end: −2 is before the last layer} */
    public int featureLayer() {
        return featureLayer;
    }

    /** {@return whether it reads the class token beside the patches} */
    public boolean keepsClassToken() {
        return keepsClassToken;
    }

    /**
     * {@return the connector behind an encoder and before a decoder, in its usual sizes for them}
     *
     * @param features  S, rows that the encoder gives of a picture
     * @param inputSize width of them
     * @param decoder   f
     */
    public Connector between(int features, int inputSize, DecoderConfig decoder) {
        return maker.of(features, inputSize, decoder);
    }
}
