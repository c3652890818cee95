package llava4j.connector;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import llava4j.graph.CausalMask;
import llava4j.graph.Scope;
import llava4j.graph.Shapes;
import llava4j.language.BetweenLayers;
import llava4j.language.DecoderConfig;
import llava4j.language.GatedConfig;
import llava4j.language.GatedLayers;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Flamingo's way as a connector, in IDEFICS' form: the resampler's sizes, and those of the gated layers that look at its
 * latents. In the sequence a picture is one mark.
 *
 * @param inputSize width E of the encoder's features, and of a latent
 * @param latents   Q, learned; 64 in Flamingo
 * @param depth     number of blocks
 * @param heads     attention heads
 * @param headSize  width of one head; heads · headSize need not be E
 * @param headNorms whether the queries and keys of each head are normalised
 * @param gated     the layers inside the decoder
 */
public record ResamplerConfig(int inputSize, int latents, int depth, int heads, int headSize, boolean headNorms,
                              GatedConfig gated) implements Connector {

    /** ε of all its normalisations. */
    static final double EPS = 1e-5;
    /** Standard deviation of a matrix before anything is learned. */
    private static final double FIRST = 0.02;
    /** Placeholder [B*L]: which latents belong to which row. */
    private static final String ORDER = "latent_order";
    private static final int PUBLISHED_ENCODER = 512;

    /**
     * {@return the resampler behind an encoder, and gated layers in a decoder: the published sizes, or small ones beside a small
     * encoder}
     *
     * @param features  S, rows of a picture
     * @param inputSize E
     * @param decoder   f
     */
    static ResamplerConfig behind(int features, int inputSize, DecoderConfig decoder) {
        GatedConfig gated = new GatedConfig(decoder.layers() % 4 == 0 ? 4 : 1, inputSize, true, false);
        return inputSize >= PUBLISHED_ENCODER ? new ResamplerConfig(inputSize, 64, 6, 16, 96, true, gated)
                : new ResamplerConfig(inputSize, Math.min(8, features), 2, 4, inputSize / 4, true, gated);
    }

    @Override
    public String type() {
        return "gated";
    }

    @Override
    public int imageTokens(int features) {
        return 1;
    }

    @Override
    public boolean isSpliced() {
        return false;
    }

    @Override
    public Map<String, long[]> shapes(DecoderConfig decoder) {
        int inner = heads * headSize;
        Shapes shapes = new Shapes().put("perceiver_resampler.latents", latents, inputSize);
        for (int i = 0; i < depth; i++) {
            String block = "perceiver_resampler.blocks." + i;
            shapes.norm(block + ".0.context_layer_norm", inputSize).norm(block + ".0.latents_layer_norm", inputSize);
            if (headNorms) {
                shapes.norm(block + ".0.q_layer_norm", headSize).norm(block + ".0.k_layer_norm", headSize);
            }
            shapes.linear(block + ".0.q_proj", inputSize, inner, false).linear(block + ".0.k_proj", inputSize, inner, false)
                    .linear(block + ".0.v_proj", inputSize, inner, false)
                    .linear(block + ".0.output_proj", inner, inputSize, false)
                    .norm(block + ".1.ln", inputSize).linear(block + ".1.fc", inputSize, 4L * inputSize, false)
                    .linear(block + ".1.c_proj", 4L * inputSize, inputSize, false);
        }
        shapes.norm("perceiver_resampler.layer_norm", inputSize);
        gated.addTo(shapes, decoder);
        return shapes.byName();
    }

    /** Gates at 0, so that the model begins as the language model; latents N(0, 1), so that no two are alike. */
    @Override
    public Map<String, INDArray> fresh(DecoderConfig decoder, long seed) {
        return Gaussian.parameters(shapes(decoder), name -> name.contains(".alpha_") ? 0 : name.endsWith(".latents") ? 1 : FIRST,
                seed);
    }

    @Override
    public SDVariable read(Scope root, SDVariable zv, int features) {
        return Resampler.of(root.at("perceiver_resampler"), zv, features, this);
    }

    @Override
    public BetweenLayers inDecoder(Scope root, SDVariable hv, DecoderConfig decoder, int batch) {
        SameDiff graph = root.graph();
        // [N*Q, E] -> [B*L, E]: each row's pictures one after another
        SDVariable latentsOfRows = graph.gather(hv, graph.placeHolder(ORDER, DataType.INT32, -1), 0);
        return GatedLayers.lookingAt(root, latentsOfRows, gated, decoder, batch);
    }

    @Override
    public BetweenLayers behindCache(Scope root, DecoderConfig decoder, int batch) {
        return GatedLayers.behindCache(root, gated, decoder, batch);
    }

    @Override
    public Map<String, INDArray> values(Sight sight) {
        int batch = sight.sees().length;
        int length = sight.sees()[0].length;
        int most = sight.ofRow()[0].length;
        int[] order = new int[batch * most * latents];
        float[] mask = new float[batch * length * most * latents];
        float[] sees = new float[batch * length];
        Arrays.fill(mask, CausalMask.HIDDEN);
        for (int b = 0; b < batch; b++) {
            for (int m = 0; m < most; m++) {
                int first = Math.max(0, sight.ofRow()[b][m]) * latents;         // a picture that is not there is hidden
                for (int q = 0; q < latents; q++) {
                    order[(b * most + m) * latents + q] = first + q;
                }
                for (int t = 0; t < length; t++) {
                    if (sight.sees()[b][t][m]) {
                        int place = ((b * length + t) * most + m) * latents;
                        Arrays.fill(mask, place, place + latents, 0);
                        sees[b * length + t] = 1;
                    }
                }
            }
        }
        Map<String, INDArray> values = new HashMap<>();
        values.put(Resampler.PICTURES, Nd4j.ones(DataType.FLOAT, sight.pictures(), 1));
        values.put(ORDER, Nd4j.createFromArray(order));
        values.put(GatedLayers.MASK, Nd4j.create(mask, new long[] {batch, 1, length, (long) most * latents}, DataType.FLOAT));
        values.put(GatedLayers.SEES, Nd4j.create(sees, new long[] {(long) batch * length, 1}, DataType.FLOAT));
        return values;
    }

    @Override
    public String nameOfFeatures() {
        return "image_features_pre_resampler";
    }

    @Override
    public double multiplications(int features, DecoderConfig decoder) {
        double e = inputSize;
        double inner = heads * headSize;
        double seen = features + latents;
        double block = latents * inner * e * 2 + seen * inner * e * 2 + 2.0 * latents * seen * inner + latents * 8 * e * e;
        return depth * block + gated.count(decoder) * 2.0 * latents * e * decoder.hiddenSize();
    }

    @Override
    public double multiplicationsOfToken(DecoderConfig decoder) {
        return gated.count(decoder) * gated.multiplicationsOfToken(latents, decoder);
    }

    /**
     * <pre>
     * norms of a block     of the features x − μ and γ / σ; of the latents with their results, twice
     * looking              features and latents in one; q scaled, k, v; norms of q's and k's heads; scores and their softmax;
     *                      the mixed values
     * feed-forward         before ReLU and after it, each 4 E
     * after the blocks     a norm; of each gated layer the keys and values
     * on their way         in the block at work, gradients of k and v and of what they were made of, as measured: eight arrays
     * </pre>
     */
    @Override
    public Footprint footprint(int features, DecoderConfig decoder) {
        long e = inputSize;
        long inner = (long) heads * headSize;
        long seen = features + latents;
        long look = seen * e + latents * inner + 2 * seen * inner + (headNorms ? 2 * (latents + seen) * inner : 0)
                + 2L * heads * latents * seen + latents * inner;
        long block = 2L * features * e + 6 * latents * e + look + 8L * latents * e;
        int layers = gated.count(decoder);
        long onTheirWay = 8 * seen * inner;
        return new Footprint(depth * block + 4 * latents * e + onTheirWay + layers * gated.keptOfLatents(latents, decoder),
                gated.keptOfToken(latents, decoder), layers, 2L * layers * latents * decoder.hiddenSize());
    }
}
