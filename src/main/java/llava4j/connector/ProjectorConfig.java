package llava4j.connector;

import java.util.Map;
import llava4j.graph.Scope;
import llava4j.graph.Shapes;
import llava4j.language.DecoderConfig;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * W as a connector: its sizes, from the encoder's space into the decoder's word space. Every feature becomes one image token.
 *
 * @param type       {@code linear} (W of the paper) or {@code mlp2x_gelu} (LLaVA 1.5)
 * @param inputSize  width of the encoder's features Zv
 * @param outputSize width of the word embeddings
 * @param bias       whether the linear maps have one
 * @param activation between the two maps of {@code mlp2x_gelu}: {@code gelu}; unused by {@code linear}
 */
public record ProjectorConfig(String type, int inputSize, int outputSize, boolean bias, String activation)
        implements Connector {

    private static final String SCOPE = "multi_modal_projector";
    /** How much smaller than a usual first matrix W begins. */
    private static final double FIRST_W = 0.1;

    @Override
    public int imageTokens(int features) {
        return features;
    }

    /** {@return names and shapes of its parameters} */
    public Map<String, long[]> shapes() {
        Shapes shapes = new Shapes().linear(SCOPE + ".linear_1", inputSize, outputSize, bias);
        return (isOneMatrix() ? shapes : shapes.linear(SCOPE + ".linear_2", outputSize, outputSize, bias)).byName();
    }

    @Override
    public Map<String, long[]> shapes(DecoderConfig decoder) {
        return shapes();
    }

    @Override
    public Map<String, INDArray> fresh(DecoderConfig decoder, long seed) {
        Map<String, INDArray> w = Connector.super.fresh(decoder, seed);
        // Features are larger than word vectors; unscaled, the first image tokens would drown the words.
        w.get(SCOPE + (isOneMatrix() ? ".linear_1" : ".linear_2") + ".weight").muli(FIRST_W);
        return w;
    }

    @Override
    public SDVariable read(Scope root, SDVariable zv, int features) {
        return Projector.of(root.at(SCOPE), zv, this);                                        // [N*P, Dv] -> [N*P, D]
    }

    @Override
    public double multiplications(int features, DecoderConfig decoder) {
        return features * ((double) inputSize * outputSize + (isOneMatrix() ? 0 : (double) outputSize * outputSize));
    }

    /** Of two matrices what the GELU between them keeps: x/2, x/√2, 1 + erf(x/√2) and their product. */
    @Override
    public Footprint footprint(int features, DecoderConfig decoder) {
        return isOneMatrix() ? Footprint.NONE : Footprint.ofPicture(4L * features * outputSize);
    }

    @Override
    public double shareOfRate() {
        return 1;
    }

    /** {@return whether it is the paper's W} */
    public boolean isOneMatrix() {
        return type.equals("linear");
    }
}
