package llava4j.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import llava4j.connector.ResamplerConfig;
import llava4j.language.DecoderConfig;
import llava4j.language.GatedConfig;
import llava4j.support.Near;
import llava4j.support.TinyModel;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

@DisplayName("Layers in the decoder that look at a picture")
class GatedLayersTest {

    private static final DecoderConfig DECODER = DecoderConfig.VICUNA_7B.withVocabularySize(TinyModel.VOCABULARY)
            .withHiddenSize(8).withIntermediateSize(12).withLayers(2).withHeads(2).withMaxPositions(128);
    private static final int IMAGE = TinyModel.IMAGE;
    /** One picture, words before and after it; and two pictures. */
    private static final int[] ONE = {1, 6, 7, IMAGE, 8, 9};
    private static final int[] TWO = {1, 6, IMAGE, 8, 9, IMAGE, 10};

    private final LlavaConfig config = new LlavaConfig(TinyModel.VISION,
            new ResamplerConfig(6, 3, 1, 2, 3, true, new GatedConfig(1, 6, true, false)), DECODER, -1, true, IMAGE,
            TinyModel.BOS, List.of(TinyModel.EOS), TinyModel.PAD);
    private final Map<String, INDArray> weights = TinyModel.weights(config, 4);

    private static Prompt prompt(int[] ids, INDArray features) {
        boolean[] attends = new boolean[ids.length];
        Arrays.fill(attends, true);
        return new Prompt(new int[][] {ids}, new boolean[][] {attends}, features);
    }

    private INDArray features(int pictures, int seed) {
        return TinyModel.gaussian(new Random(seed), 1, (long) pictures * config.features(), 6);
    }

    private INDArray logits(int[] ids, INDArray features) {
        return new ForwardGraph(config, weights, 1, features != null).logits(prompt(ids, features)).slice(0);     // [T, V]
    }

    private Map<String, INDArray> stations(int[] ids, INDArray features, String... names) {
        return new ForwardGraph(config, weights, 1, true).stations(prompt(ids, features), names);
    }

    private void gates(double looking, double thinking) {
        weights.forEach((name, gate) -> {
            if (name.endsWith(".alpha_cross_attn")) {
                gate.assign(looking);
            } else if (name.endsWith(".alpha_dense")) {
                gate.assign(thinking);
            }
        });
    }

    @Test
    @DisplayName("are, with closed gates, not there: the model is the bare decoder, to the bit")
    void closedGates() {
        gates(0, 0);
        INDArray bare = new ForwardGraph(LlavaConfig.of(DECODER), weights, 1, false).logits(prompt(ONE, null)).slice(0);
        assertTrue(Near.sameBits(bare, logits(ONE, features(1, 1))));
        gates(0.5, 0.5);
        assertFalse(Near.sameBits(bare, logits(ONE, features(1, 1))), "open gates change it");
    }

    @Test
    @DisplayName("begin with closed gates, which alone have a gradient in the first step")
    void firstStep() {
        Map<String, INDArray> fresh = config.connector().fresh(DECODER, 7);
        fresh.forEach(weights::put);
        int[][] labels = {ONE.clone()};
        Map<String, INDArray> gradients = new LossGraph(config, weights, 1, fresh::containsKey, true)
                .gradients(prompt(ONE, features(1, 1)), labels).byName();
        assertEquals(fresh.keySet(), gradients.keySet());
        gradients.forEach((name, gradient) -> assertEquals(name.contains(".alpha_"),
                gradient.norm2Number().doubleValue() > 0, name));
    }

    @Test
    @DisplayName("add what was found times the hyperbolic tangent of the gate")
    void tanh() {
        gates(0.7, 0);
        Map<String, INDArray> seen = stations(ONE, features(1, 1), "hidden.0", "cross_attention.0", "gated_layer.0");
        INDArray found = seen.get("gated_layer.0").sub(seen.get("hidden.0"));
        for (int t = 3; t < ONE.length; t++) {
            Near.assertNear(seen.get("cross_attention.0").getRow(t).mul(Math.tanh(0.7)), found.getRow(t), 1e-6, "token " + t);
        }
        for (int t = 0; t < 3; t++) {
            assertEquals(0, found.getRow(t).amaxNumber().doubleValue(), "token " + t + " sees no picture, and nothing is added");
        }
    }

    @Test
    @DisplayName("show a picture to no token before it")
    void beforeThePicture() {
        gates(0.7, 0.4);
        INDArray logits = logits(ONE, features(1, 1));
        INDArray other = logits(ONE, features(1, 2));
        for (int t = 0; t < ONE.length; t++) {
            assertEquals(t < 3, Near.sameBits(logits.getRow(t), other.getRow(t)), "token " + t);
        }
    }

    @Test
    @DisplayName("show each token the last picture before it, and an earlier one through other tokens alone")
    void twoPictures() {
        gates(0.7, 0.4);
        INDArray both = features(2, 1);
        INDArray first = both.dup();
        first.get(NDArrayIndex.interval(0, config.features()), NDArrayIndex.all()).assign(features(1, 5));
        INDArray second = both.dup();
        second.get(NDArrayIndex.interval(config.features(), 2 * config.features()), NDArrayIndex.all()).assign(features(1, 5));
        for (int t = 2; t < TWO.length; t++) {
            INDArray seen = stations(TWO, both, "cross_attention.0").get("cross_attention.0").getRow(t);
            assertEquals(t < 5, Near.sameBits(seen, stations(TWO, second, "cross_attention.0").get("cross_attention.0").getRow(t)),
                    "token " + t + ", another second picture");
            assertEquals(t >= 5, Near.sameBits(seen, stations(TWO, first, "cross_attention.0").get("cross_attention.0").getRow(t)),
                    "token " + t + ", another first picture");
        }
        assertFalse(Near.sameBits(logits(TWO, both).getRow(6), logits(TWO, first).getRow(6)), "the first picture reaches the "
                + "last token through those between");
    }

    @Test
    @DisplayName("let a token without a picture through the gated feed-forward part all the same")
    void noPicture() {
        int[] words = {1, 6, 7, 8};
        gates(0.7, 0);
        INDArray closed = logits(words, null);
        INDArray bare = new ForwardGraph(LlavaConfig.of(DECODER), weights, 1, false).logits(prompt(words, null)).slice(0);
        assertTrue(Near.sameBits(bare, closed), "nothing is seen, so nothing is added");
        gates(0.7, 0.4);
        assertFalse(Near.sameBits(bare, logits(words, null)));
    }

    @Test
    @DisplayName("read latents that are among the keys they look at: a picture of zeros still gives each latent the others")
    void latentsSeeEachOther() {
        INDArray nothing = Nd4j.zeros(config.features(), 6);
        INDArray before = stations(ONE, nothing, "resampler_attention.0").get("resampler_attention.0").dup();
        weights.get("perceiver_resampler.latents").putScalar(2, 0, 5);
        INDArray after = stations(ONE, nothing, "resampler_attention.0").get("resampler_attention.0");
        assertFalse(Near.sameBits(before.getRow(0), after.getRow(0)), "latent 0 sees that latent 2 has changed");
    }
}
