package llava4j.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import llava4j.connector.ResamplerConfig;
import llava4j.language.DecoderConfig;
import llava4j.language.GatedConfig;
import llava4j.model.LlavaConfig;
import llava4j.vision.VisionConfig;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The operations that plan counts")
class FlopsTest {

    /** Every size another prime, so that no two terms can be mistaken for each other. */
    private static final VisionConfig VISION = VisionConfig.VIT_B_32.withImageSize(6).withPatchSize(3).withHiddenSize(10)
            .withIntermediateSize(7).withLayers(5).withHeads(2);
    private static final DecoderConfig DECODER = DecoderConfig.VICUNA_7B.withVocabularySize(31).withHiddenSize(12)
            .withIntermediateSize(17).withLayers(2).withHeads(4).withKeyValueHeads(2).withHeadSize(6);
    private static final LlavaConfig LLAVA = LlavaConfig.of(VISION, "linear", DECODER);
    private static final int T = 13;
    /** q and o 12 x 24, k and v 12 x 12, three of 12 x 17. */
    private static final double LAYER = 2 * 12 * 24 + 2 * 12 * 12 + 3 * 12 * 17;
    private static final double LOOKS = 4.0 * 24 * T * T;
    private static final double HEAD = 12 * 31;

    @Test
    @DisplayName("of a prompt: two for each number of each layer and token, four for each pair of tokens and feature")
    void prompt() {
        assertEquals(2 * (2 * LAYER * T + LOOKS) + 2 * HEAD, Flops.of(LLAVA, T).prompt());
    }

    @Test
    @DisplayName("of one more token: the same matrices once, and a look at all tokens before")
    void token() {
        assertEquals(2 * (2 * LAYER + 4.0 * 24 * T) + 2 * HEAD, Flops.of(LLAVA, T).token());
    }

    @Test
    @DisplayName("of a picture: four patches and the class token through four of five layers")
    void picture() {
        double layer = 2 * 5 * (4 * 100 + 2 * 70) + 4 * 5 * 5 * 10;
        assertEquals(2 * 4 * 27 * 10 + 4 * layer, Flops.of(LLAVA, T).picture());
    }

    @Test
    @DisplayName("of stage 2 three times the forward pass, and of stage 1 less by the gradients of f's matrices")
    void stages() {
        Flops flops = Flops.of(LLAVA, T);
        double matrices = 2 * 2 * LAYER * T + 2 * HEAD * (T - 4);
        assertEquals(3 * matrices + 3 * 2 * LOOKS + 2 * flops.projector(), flops.stage2());
        assertEquals(matrices, flops.stage2() - flops.stage1());
        assertTrue(flops.stage1() > 0.6 * flops.stage2());
    }

    @Test
    @DisplayName("of layers that a connector adds to the decoder for each token, and three times that in both stages")
    void gatedLayers() {
        DecoderConfig decoder = DECODER.withHiddenSize(24).withKeyValueHeads(4);
        LlavaConfig config = LlavaConfig.of(VISION, "linear", decoder).withFeatureLayer(-1).withClassToken();
        ResamplerConfig five = new ResamplerConfig(10, 5, 1, 2, 3, false, new GatedConfig(1, 10, false, false));
        LlavaConfig gated = config.withConnector(five);
        double layers = 2 * (2 * 24 * 24 + 3 * 24 * 17 + 2 * 5 * 24);
        Flops with = Flops.of(gated, T, 3);
        Flops without = Flops.of(config, T, 3);
        assertEquals(2 * layers * T, with.prompt() - without.prompt());
        assertEquals(2 * layers, with.token() - without.token());
        double own = 2 * (with.projector() - without.projector());
        assertEquals(3 * 2 * layers * T, with.stage1() - without.stage1() - own);
        assertEquals(3 * 2 * layers * T, with.stage2() - without.stage2() - own);
    }

    @Test
    @DisplayName("of a 7B decoder: two for each parameter and token, the embedding looked up, not multiplied")
    void sevenBillion() {
        Parameters parameters = Parameters.of(Presets.of("llava-7b"));
        double matrices = parameters.layers() + parameters.head();
        assertEquals(2 * matrices, Flops.of(Presets.of("llava-7b"), 300).token(), 0.02 * 2 * matrices);
    }
}
