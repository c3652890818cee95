package llava4j.connector;

import java.util.List;
import java.util.Map;
import llava4j.graph.Scope;
import llava4j.graph.Shapes;
import llava4j.language.DecoderConfig;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The Q-Former as a connector: its sizes, and the projection behind it into the decoder's word space. A picture takes Q places
 * in the sequence, whatever its number of patches.
 *
 * @param inputSize        width Dv of the encoder's features
 * @param queries          Q, learned; BLIP-2 has 32
 * @param hiddenSize       width H of a query
 * @param intermediateSize width of the hidden layer of the feed-forward part
 * @param layers           number of layers
 * @param heads            attention heads
 * @param frequency        queries look at the picture in every layer whose number this divides: in BLIP-2 in every second
 * @param activation       {@code gelu}
 * @param layerNormEps     ε of its normalisations
 * @param featureNormEps   ε of the normalisation of the features before it
 * @param outputSize       width D of the word embeddings
 */
public record QFormerConfig(int inputSize, int queries, int hiddenSize, int intermediateSize, int layers, int heads,
                            int frequency, String activation, double layerNormEps, double featureNormEps, int outputSize)
        implements Connector {

    /** Standard deviation of everything that begins at random, as BERT's. */
    private static final double FIRST = 0.02;
    private static final int PUBLISHED_ENCODER = 512;

    /**
     * {@return the Q-Former behind an encoder: the published sizes, or small ones beside a small encoder}
     *
     * @param features  S, rows of a picture
     * @param inputSize Dv
     * @param decoder   f
     */
    static QFormerConfig behind(int features, int inputSize, DecoderConfig decoder) {
        return inputSize >= PUBLISHED_ENCODER
                ? new QFormerConfig(inputSize, 32, 768, 3072, 12, 12, 2, "gelu", 1e-12, 1e-5, decoder.hiddenSize())
                : new QFormerConfig(inputSize, Math.min(8, features), inputSize, 4 * inputSize, 4, 4, 2, "gelu", 1e-12, 1e-5,
                        decoder.hiddenSize());
    }

    @Override
    public String type() {
        return "qformer";
    }

    @Override
    public int imageTokens(int features) {
        return queries;
    }

    /** {@return whether queries look at the picture in a layer} */
    boolean looks(int layer) {
        return layer % frequency == 0;
    }

    @Override
    public Map<String, long[]> shapes(DecoderConfig decoder) {
        Shapes shapes = new Shapes().norm("ln_vision", inputSize).put("query_tokens", 1, queries, hiddenSize)
                .norm("qformer.layernorm", hiddenSize);
        for (int i = 0; i < layers; i++) {
            String layer = "qformer.encoder.layer." + i;
            attention(shapes, layer + ".attention", hiddenSize);
            if (looks(i)) {
                attention(shapes, layer + ".crossattention", inputSize);
            }
            shapes.linear(layer + ".intermediate_query.dense", hiddenSize, intermediateSize, true)
                    .linear(layer + ".output_query.dense", intermediateSize, hiddenSize, true)
                    .norm(layer + ".output_query.LayerNorm", hiddenSize);
        }
        return shapes.linear("language_projection", hiddenSize, outputSize, true).byName();
    }

    private void attention(Shapes shapes, String name, int seen) {
        shapes.linear(name + ".attention.query", hiddenSize, hiddenSize, true)
                .linear(name + ".attention.key", seen, hiddenSize, true)
                .linear(name + ".attention.value", seen, hiddenSize, true)
                .linear(name + ".output.dense", hiddenSize, hiddenSize, true)
                .norm(name + ".output.LayerNorm", hiddenSize);
    }

    /** Queries that began equal would have the same gradient and stay equal for ever: they begin at random too. */
    @Override
    public Map<String, INDArray> fresh(DecoderConfig decoder, long seed) {
        return Gaussian.parameters(shapes(decoder), name -> FIRST, seed);
    }

    @Override
    public SDVariable read(Scope root, SDVariable zv, int features) {
        return QFormer.of(root, zv, features, this);
    }

    @Override
    public Map<String, INDArray> values(Sight sight) {
        return Map.of(QFormer.PICTURES, Nd4j.ones(DataType.FLOAT, sight.pictures(), 1));
    }

    @Override
    public List<String> stations() {
        return List.of("image_embeds", "query_output");
    }

    @Override
    public double multiplications(int features, DecoderConfig decoder) {
        double h = hiddenSize;
        double self = queries * 4 * h * h + 2.0 * queries * queries * h;
        double look = queries * 2 * h * h + features * 2 * h * inputSize + 2.0 * queries * features * h;
        return layers * (self + queries * 2 * h * intermediateSize) + looking() * look + queries * h * outputSize;
    }

    /** In how many layers queries look at the picture. */
    private int looking() {
        return (layers + frequency - 1) / frequency;
    }

    /**
     * <pre>
     * a norm               x − μ, γ / σ, and its result, which matrices read             3 H, of features 3 Dv
     * a look at n rows     q scaled, k, v                                                H, n·H, n·H
     *                      scores and their softmax, of each head                        2 n
     *                      the mixed values, and a norm                                  4 H
     * feed-forward         what GELU keeps and gives, and a norm                         4 F + 3 H
     * on their way         gradients of k and v, and of the features, at one look        2 n·H + n·Dv
     * </pre>
     */
    @Override
    public Footprint footprint(int features, DecoderConfig decoder) {
        long h = hiddenSize;
        long layer = look(queries) + queries * (4L * intermediateSize + 3 * h);
        long onTheirWay = features * (2 * h + inputSize);
        return Footprint.ofPicture(3L * features * inputSize + 3L * queries * h + layers * layer + looking() * look(features)
                + onTheirWay);
    }

    private long look(long rows) {
        return queries * (5L * hiddenSize + 2L * heads * rows) + 2 * rows * hiddenSize;
    }
}
