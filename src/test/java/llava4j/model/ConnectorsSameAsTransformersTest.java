package llava4j.model;

import static llava4j.support.Near.assertNear;
import static llava4j.support.Near.assertNearWhere;
import static llava4j.support.Reference.rows;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import llava4j.connector.Connector;
import llava4j.generate.Generator;
import llava4j.generate.Sampler;
import llava4j.support.Reference;
import llava4j.train.AdamW;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

@DisplayName("BLIP-2 and IDEFICS give what transformers gives with the same weights and inputs:")
class ConnectorsSameAsTransformersTest {

    private static final String BLIP_2 = "blip2";
    private static final String IDEFICS = "idefics";

    /** The batch with its pictures as pixels: features are computed here. */
    private static Prompt prompt(Reference reference) {
        INDArray pixels = reference.of("pixel_values");
        INDArray each = pixels.rank() == 4 ? pixels
                : pixels.dup('c').reshape(-1, 3, pixels.size(3), pixels.size(4));                 // [B, N, ..] -> [B*N, ..]
        INDArray features = new ImageEncoder(reference.config(), reference.weights).features(each);
        return new Prompt(reference.ids(), reference.attends(), features, sees(reference));
    }

    private static boolean[][][] sees(Reference reference) {
        if (!reference.name.startsWith(IDEFICS)) {
            return null;
        }
        INDArray mask = reference.of("image_attention_mask");
        boolean[][][] sees = new boolean[(int) mask.size(0)][(int) mask.size(1)][(int) mask.size(2)];
        for (int b = 0; b < sees.length; b++) {
            for (int t = 0; t < sees[b].length; t++) {
                for (int n = 0; n < sees[b][t].length; n++) {
                    sees[b][t][n] = mask.getLong(b, t, n) == 1;
                }
            }
        }
        return sees;
    }

    private static INDArray station(Reference reference, String name) {
        return new ForwardGraph(reference.config(), reference.weights, reference.ids().length, true)
                .stations(prompt(reference), name).get(name);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"image_embeds", "query_output", "image_features", "qformer_hidden_states.", "qformer_self_attention.",
        "qformer_cross_attention."})
    @DisplayName("what the Q-Former makes of a picture, layer by layer")
    void queries(String name) {
        Reference reference = new Reference(BLIP_2);
        Map<String, INDArray> expected = reference.all(name);
        assertTrue(!expected.isEmpty());
        expected.forEach((layer, value) -> assertNear(rows(value), station(reference, name + layer), 2e-5, name + layer));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"image_features", "resampler_attention.", "gated_layer."})
    @DisplayName("what the resampler makes of a picture, and what the gated layers do with it")
    void latents(String name) {
        Reference reference = new Reference(IDEFICS);
        boolean ofTokens = name.startsWith("gated");
        reference.all(name).forEach((layer, value) -> {
            if (layer.startsWith("_")) {
                return;                                                                            // image_features_pre_resampler
            }
            INDArray actual = station(reference, name + layer);
            if (ofTokens) {
                assertNearWhere(reference.attends(), value, actual, 1e-4, name + layer);
            } else {
                assertNear(rows(value), actual, 2e-5, name + layer);
            }
        });
    }

    @Test
    @DisplayName("what tokens find in the picture that they may see")
    void looked() {
        Reference reference = new Reference(IDEFICS);
        boolean[][] sees = reference.attends();
        int[][] gate = reference.of("cross_attention_gate").castTo(DataType.INT32).toIntMatrix();
        for (int b = 0; b < sees.length; b++) {
            for (int t = 0; t < sees[b].length; t++) {
                sees[b][t] &= gate[b][t] == 1;
            }
        }
        reference.all("cross_attention.").forEach((layer, value) ->
                assertNearWhere(sees, value, station(reference, "cross_attention." + layer), 1e-4, "layer " + layer));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {BLIP_2, IDEFICS})
    @DisplayName("the tokens before and after each decoder layer, and the logits")
    void decoder(String name) {
        Reference reference = new Reference(name);
        for (int layer = 0; layer < reference.config().decoder().layers(); layer++) {
            assertNearWhere(reference.attends(), reference.of("text_hidden_states." + layer), station(reference, "hidden." + layer),
                    1e-4, "layer " + layer);
        }
        INDArray logits = new ForwardGraph(reference.config(), reference.weights, reference.ids().length, true)
                .logits(prompt(reference));
        assertNearWhere(reference.attends(), reference.of("logits"), logits, 1e-4, "logits");
    }

    /** Our name of a parameter of theirs. */
    private static String ours(String name) {
        return name.replace("vision_model.post_layernorm.", "ln_vision.").replaceFirst("^model\\.(?=perceiver|gated)", "")
                .replaceFirst("^(?=model\\.embed|lm_head\\.)", "language_model.");
    }

    private static Map<String, INDArray> renamed(Map<String, INDArray> theirs) {
        Map<String, INDArray> ours = new LinkedHashMap<>();
        theirs.forEach((name, array) -> ours.put(ours(name), array));
        return ours;
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {BLIP_2, IDEFICS})
    @DisplayName("the loss, and the gradient of everything that learns in stage 1")
    void gradients(String name) {
        Reference reference = new Reference(name);
        Map<String, INDArray> expected = renamed(reference.all("grad."));
        assertEquals(reference.weights.keySet().stream().filter(Connector::owns).collect(Collectors.toSet()), expected.keySet());
        LossGraph.Gradients result = graph(reference, Connector::owns).gradients(prompt(reference), reference.labels());
        assertEquals(reference.of("loss").getDouble(0), result.loss(), 1e-5);
        expected.forEach((parameter, gradient) -> {
            double length = gradient.norm2Number().doubleValue();
            double off = gradient.sub(result.byName().get(parameter)).norm2Number().doubleValue();
            // The same addition to the score of every key changes no softmax: there the gradient is 0
            assertTrue(off <= Math.max(1e-6, 1e-3 * length), () -> parameter + " is off by " + off + " of " + length);
        });
    }

    private static LossGraph graph(Reference reference, Predicate<String> trained) {
        return new LossGraph(reference.config(), reference.weights, reference.ids().length, trained, true);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {BLIP_2, IDEFICS})
    @DisplayName("five steps of torch's AdamW: the losses, and what has been learned")
    void fiveSteps(String name) {
        Reference reference = new Reference(name);
        Set<String> learns = reference.all("grad.").keySet().stream().map(ConnectorsSameAsTransformersTest::ours)
                .filter(parameter -> !parameter.startsWith("ln_vision.") || reference.all("adamw5.").containsKey(
                        "vision_model.post_layernorm.weight")).collect(Collectors.toSet());
        LossGraph graph = graph(reference, learns::contains);
        AdamW optimizer = new AdamW(reference.weights, 0.9, 0.999, 0.01);
        double[] expected = reference.of("adamw_losses").toDoubleVector();
        double[] losses = new double[expected.length];
        Prompt prompt = prompt(reference);
        for (int step = 0; step < 5; step++) {
            LossGraph.Gradients result = graph.gradients(prompt, reference.labels());
            losses[step] = result.loss();
            optimizer.step(result.byName(), 1e-3);
        }
        for (int step = 5; step < losses.length; step++) {
            losses[step] = graph.loss(prompt, reference.labels());
        }
        assertArrayEquals(expected, losses, 1e-4);
        // Where a gradient is 0 but for rounding, Adam makes a whole step of the rounding: there nothing can be compared
        renamed(reference.all("adamw5.")).forEach((parameter, weight) -> {
            if (renamed(reference.all("grad.")).get(parameter).norm2Number().doubleValue() > 1e-6) {
                assertNear(weight, reference.weights.get(parameter), 1e-4, parameter);
            }
        });
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {BLIP_2, IDEFICS})
    @DisplayName("greedy answers with the cache, one picture, two and none")
    void greedy(String name) {
        Reference reference = new Reference(name);
        Map<String, INDArray> cases = reference.all("greedy.");
        for (int i = 0; cases.containsKey(i + ".prompt"); i++) {
            int[] prompt = cases.get(i + ".prompt").toIntVector();
            int[] expected = cases.get(i + ".ids").toIntVector();
            LlavaConfig endless = reference.config().withEosTokenIds(List.of());
            List<int[]> answers = new Generator(endless, reference.weights).generate(
                    Prompt.padded(List.of(prompt), 0, true, features(reference, prompt, i)), expected.length, Sampler.greedy(),
                    (row, token) -> { });
            assertArrayEquals(expected, answers.get(0), "case " + i);
        }
        assertTrue(cases.size() >= 4);
    }

    /** Features of the pictures that a prompt marks, of row i of the batch. */
    private static INDArray features(Reference reference, int[] prompt, int i) {
        int pictures = (int) reference.imageTokens(prompt) / reference.config().imageTokens();
        if (pictures == 0) {
            return null;
        }
        INDArray row = reference.of("pixel_values").slice(i);
        INDArray pixels = row.rank() == 3 ? row.reshape(1, 3, row.size(1), row.size(2))
                : row.get(org.nd4j.linalg.indexing.NDArrayIndex.interval(0, pictures)).dup('c');
        return new ImageEncoder(reference.config(), reference.weights).features(pixels.dup('c'));
    }
}
