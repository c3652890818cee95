package llava4j.model;

import static llava4j.support.Near.assertNear;
import static llava4j.support.Near.assertNearWhere;
import static llava4j.support.Near.assertRelative;
import static llava4j.support.Reference.rows;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import llava4j.Fixtures;
import llava4j.generate.Generator;
import llava4j.generate.Sampler;
import llava4j.support.Reference;
import llava4j.train.AdamW;
import llava4j.train.Stage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

@DisplayName("The same weights and inputs give what transformers gives:")
class SameAsTransformersTest {

    private static final String LINEAR = "llava_linear";
    private static final String FULL = "llava_mlp2x_gqa";
    private static final String TWO_PICTURES = "llava_two_pictures";

    private static ForwardGraph forward(Reference reference) {
        return new ForwardGraph(reference.config(), reference.weights, reference.ids().length,
                reference.features() != null);
    }

    private static LossGraph loss(Reference reference, java.util.function.Predicate<String> trained) {
        return new LossGraph(reference.config(), reference.weights, reference.ids().length, trained,
                reference.features() != null);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {LINEAR, FULL, TWO_PICTURES})
    @DisplayName("the encoder's features that W is given")
    void features(String name) {
        Reference reference = new Reference(name);
        INDArray features = new ImageEncoder(reference.config(), reference.weights).features(reference.of("pixel_values"));
        assertNear(reference.features(), features, 1e-5, "features");
    }

    @ParameterizedTest(name = "layer {0} is hidden state {1}")
    @CsvSource({"-4, 0", "-3, 1", "-2, 2", "-1, 3", "0, 0", "1, 1", "3, 3"})
    @DisplayName("every hidden state of the encoder, the class token first")
    void everyHiddenStateOfTheEncoder(int layer, int state) {
        Reference reference = new Reference(LINEAR);
        LlavaConfig full = reference.config().withFeatureLayer(layer).withClassToken();
        INDArray features = new ImageEncoder(full, reference.weights).features(reference.of("pixel_values"));
        assertNear(rows(reference.of("vision_hidden_states." + state)), features, 1e-5, "hidden state " + state);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {LINEAR, FULL, TWO_PICTURES})
    @DisplayName("the projected picture Hv")
    void projectedPicture(String name) {
        Reference reference = new Reference(name);
        assertNear(rows(reference.of("image_features")),
                forward(reference).stations(reference.prompt(), "image_features").get("image_features"), 1e-5, "Hv");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {LINEAR, FULL, "llama"})
    @DisplayName("the tokens before the first layer and after each one but the last, which transformers gives normalised")
    void everyLayerOfTheDecoder(String name) {
        Reference reference = new Reference(name);
        for (int layer = 0; layer < reference.config().decoder().layers(); layer++) {
            String station = "hidden." + layer;
            assertNearWhere(reference.attends(), reference.of("text_hidden_states." + layer),
                    forward(reference).stations(reference.prompt(), station).get(station), 1e-4, station);
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {LINEAR, FULL, TWO_PICTURES, "llama"})
    @DisplayName("the logits, padding on the right (LLaVA) or on the left (LLaMA)")
    void logits(String name) {
        Reference reference = new Reference(name);
        assertNearWhere(reference.attends(), reference.of("logits"), forward(reference).logits(reference.prompt()), 1e-4,
                "logits");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {LINEAR, FULL, TWO_PICTURES, "llama"})
    @DisplayName("the mean loss of the answers' tokens")
    void loss(String name) {
        Reference reference = new Reference(name);
        assertEquals(reference.of("loss").getDouble(0),
                loss(reference, parameter -> false).loss(reference.prompt(), reference.labels()), 1e-5);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {LINEAR, FULL, TWO_PICTURES})
    @DisplayName("the gradients of stage 1: those of the projection, and no other")
    void gradientsOfStageOne(String name) {
        Reference reference = new Reference(name);
        Map<String, INDArray> expected = reference.all("grad.multi_modal_projector.");
        LossGraph.Gradients result = loss(reference, Stage.FEATURE_ALIGNMENT.trained())
                .gradients(reference.prompt(), reference.labels());
        assertEquals(reference.of("loss").getDouble(0), result.loss(), 1e-5);
        assertEquals(expected.keySet().stream().map(n -> "multi_modal_projector." + n).collect(Collectors.toSet()),
                result.byName().keySet());
        expected.forEach((parameter, gradient) ->
                assertRelative(gradient, result.byName().get("multi_modal_projector." + parameter), 1e-4, parameter));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {LINEAR, FULL})
    @DisplayName("the gradients of stage 2: those of the projection and of the whole decoder")
    void gradientsOfStageTwo(String name) {
        Reference reference = new Reference(name);
        Map<String, INDArray> expected = reference.all("grad.");
        Map<String, INDArray> gradients = loss(reference, Stage.INSTRUCTION_TUNING.trained())
                .gradients(reference.prompt(), reference.labels()).byName();
        assertEquals(expected.keySet(), gradients.keySet());
        assertTrue(expected.size() > 20);
        expected.forEach((parameter, gradient) -> assertRelative(gradient, gradients.get(parameter), 1e-4, parameter));
    }

    @Test
    @DisplayName("the gradients of a language model alone, biases and grouped heads included")
    void gradientsOfALanguageModel() {
        Reference reference = new Reference("llama");
        Map<String, INDArray> expected = reference.all("grad.");
        Map<String, INDArray> gradients = loss(reference, parameter -> true)
                .gradients(reference.prompt(), reference.labels()).byName();
        assertEquals(expected.keySet(), gradients.keySet());
        expected.forEach((parameter, gradient) -> {
            if (parameter.endsWith("k_proj.bias")) {
                // The same addition to every key's score leaves the softmax as it is, but for the turn by position
                assertNear(gradient, gradients.get(parameter), 1e-5, parameter);
            } else {
                assertRelative(gradient, gradients.get(parameter), 1e-4, parameter);
            }
        });
    }

    @Test
    @DisplayName("five steps of torch's AdamW on the projection: the losses, and W afterwards")
    void fiveSteps() {
        Reference reference = new Reference(TWO_PICTURES);
        double[] losses = train(reference, 0);
        assertArrayEquals(reference.of("adamw.losses").toDoubleVector(), losses, 1e-5);
        Map<String, INDArray> trained = reference.all("adamw.multi_modal_projector.");
        assertEquals(Set.of("linear_1.weight", "linear_1.bias", "linear_2.weight", "linear_2.bias"), trained.keySet());
        trained.forEach((parameter, w) ->
                assertNear(w, reference.weights.get("multi_modal_projector." + parameter), 1e-4, parameter));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {LINEAR, FULL})
    @DisplayName("five steps with weight decay")
    void fiveStepsWithWeightDecay(String name) {
        JsonNode settings = Fixtures.json(name + "/reference.json");
        double[] expected = IntStream.range(0, 5).mapToDouble(i -> settings.get("stage1_adamw_losses").get(i).asDouble())
                .toArray();
        assertArrayEquals(expected,
                train(new Reference(name), settings.get("stage1_adamw").get("weight_decay").asDouble()), 1e-4);
    }

    private static double[] train(Reference reference, double weightDecay) {
        LossGraph graph = loss(reference, Stage.FEATURE_ALIGNMENT.trained());
        AdamW optimizer = new AdamW(reference.weights, 0.9, 0.999, weightDecay);
        double[] losses = new double[5];
        for (int step = 0; step < losses.length; step++) {
            LossGraph.Gradients result = graph.gradients(reference.prompt(), reference.labels());
            losses[step] = result.loss();
            optimizer.step(result.byName(), 1e-2);
        }
        return losses;
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {LINEAR, FULL, "llama"})
    @DisplayName("greedy answers to two prompts of different lengths in one batch")
    void greedyAnswers(String name) {
        Reference reference = new Reference(name);
        List<int[]> prompts = new ArrayList<>();
        List<int[]> expected = new ArrayList<>();
        for (JsonNode example : Fixtures.json(name + "/reference.json").get("generate")) {
            prompts.add(Fixtures.ints(example.get("input_ids")));
            expected.add(Fixtures.ints(example.get("generated_ids")));
        }
        assertEquals(2, prompts.size());
        assertGreedy(reference, prompts, expected);
    }

    @Test
    @DisplayName("greedy answers to a question about two pictures, and one about a third")
    void greedyAnswersAboutTwoPictures() {
        Reference reference = new Reference(TWO_PICTURES);
        int[] lengths = reference.of("prompt_lengths").toIntVector();
        List<int[]> prompts = List.of(reference.tokens(0, lengths[0]), reference.tokens(1, lengths[1]));
        assertEquals(18, reference.imageTokens(prompts.get(0)));
        assertEquals(9, reference.imageTokens(prompts.get(1)));
        assertGreedy(reference, prompts, List.of(reference.of("greedy.ids").toIntMatrix()));
    }

    private static void assertGreedy(Reference reference, List<int[]> prompts, List<int[]> expected) {
        Prompt prompt = Prompt.padded(prompts, reference.config().padTokenId(), true, reference.features());
        List<int[]> answers = new Generator(reference.config(), reference.weights).generate(prompt,
                expected.get(0).length, Sampler.greedy(), (row, token) -> { });
        for (int b = 0; b < expected.size(); b++) {
            assertArrayEquals(expected.get(b), answers.get(b), "row " + b);
        }
    }

    @Test
    @DisplayName("35 pictures, shared out among the cores 32, 2 and 1 at a time, have the features that each has alone")
    void manyPictures() {
        Reference reference = new Reference(LINEAR);
        INDArray two = reference.of("pixel_values");
        INDArray many = Nd4j.concat(0, IntStream.range(0, 35)
                .mapToObj(i -> two.get(NDArrayIndex.interval(i % 2, i % 2 + 1), NDArrayIndex.all(), NDArrayIndex.all(),
                        NDArrayIndex.all())).toArray(INDArray[]::new));
        INDArray features = new ImageEncoder(reference.config(), reference.weights).features(many);
        assertEquals(35 * 9, features.size(0));
        for (int i = 0; i < 35; i++) {
            assertNear(picture(reference.features(), i % 2), picture(features, i), 1e-5, "picture " + i);
        }
    }

    private static INDArray picture(INDArray features, int i) {
        return features.get(NDArrayIndex.interval(9 * i, 9 * i + 9), NDArrayIndex.all());
    }
}
