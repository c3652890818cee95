package llava4j.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import llava4j.checkpoint.ExpectedTensors;
import llava4j.connector.ConnectorType;
import llava4j.error.UserError;
import llava4j.graph.Initializer;
import llava4j.language.DecoderConfig;
import llava4j.model.ForwardGraph;
import llava4j.model.LlavaConfig;
import llava4j.model.LossGraph;
import llava4j.model.Prompt;
import llava4j.support.Reference;
import llava4j.train.Stage;
import llava4j.vision.VisionConfig;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

@DisplayName("The memory that plan reckons")
class MemoryTest {

    private static TrainingRun run(int stage, int rows, int length, int parts) {
        return new TrainingRun(stage, rows, false, length, false, 0, false, parts);
    }

    @Test
    @DisplayName("four bytes for each number, and for each that learns four of gradient and eight of moments")
    void training() {
        LlavaConfig config = Presets.of("llava-7b");
        Parameters parameters = Parameters.of(config);
        Memory one = Memory.training(config, run(1, 8, 512, 1));
        Memory two = Memory.training(config, run(2, 8, 512, 1));
        assertEquals(4 * parameters.all(), one.weights());
        assertEquals(4 * parameters.projector(), one.gradients());
        assertEquals(8 * parameters.projector(), one.moments());
        assertEquals(4 * (parameters.projector() + parameters.decoder()), two.gradients());
        assertEquals(2 * two.gradients(), two.moments());
    }

    @Test
    @DisplayName("gradients once for each part that a batch is split into, weights and moments once")
    void parts() {
        LlavaConfig config = Presets.of("tiny");
        Memory whole = Memory.training(config, run(2, 32, 48, 1));
        Memory split = Memory.training(config, run(2, 32, 48, 2));
        assertEquals(2 * whole.gradients(), split.gradients());
        assertEquals(whole.weights(), split.weights());
        assertEquals(whole.moments(), split.moments());
    }

    static Stream<Arguments> sizes() {
        return Stream.of(arguments(4, 64, 3, 2, 8, 24), arguments(8, 64, 2, 4, 4, 8), arguments(2, 128, 4, 4, 8, 40),
                arguments(2, 96, 3, 3, 4, 120), arguments(8, 32, 4, 2, 2, 64));
    }

    @ParameterizedTest(name = "{0} patches a side, width {1}, {2} layers, {3} heads, {4} rows of {5} words")
    @MethodSource("sizes")
    @DisplayName("a training step's activations and gradients within a fifth of what the graph takes, in both stages")
    void asMuchAsTheGraphTakes(int side, int width, int layers, int heads, int rows, int words) {
        LlavaConfig config = LlavaConfig.of(VisionConfig.VIT_B_32.withImageSize(side * 4).withPatchSize(4).withHiddenSize(24)
                .withIntermediateSize(48).withLayers(2).withHeads(2).withActivation("gelu"), "linear",
                DecoderConfig.VICUNA_7B.withVocabularySize(100).withHiddenSize(width).withIntermediateSize(width * 8 / 3)
                        .withLayers(layers).withHeads(heads).withMaxPositions(256));
        hold(config, rows, words);
    }

    static Stream<Arguments> connectors() {
        return Stream.of(ConnectorType.values()).filter(type -> type != ConnectorType.PROJECTOR)
                .flatMap(type -> Stream.of(arguments(type, 4, 64, 3, 8, 24), arguments(type, 8, 32, 4, 8, 8),
                        arguments(type, 12, 48, 4, 4, 40)));
    }

    @ParameterizedTest(name = "{0}, {1} patches a side, decoder of width {2} and {3} layers, {4} rows of {5} words")
    @MethodSource("connectors")
    @DisplayName("that much of every other connector too, whose own results are most of it where the decoder is small")
    void otherConnectors(ConnectorType type, int side, int width, int layers, int rows, int words) {
        hold(config(type, side, width, layers), rows, words);
    }

    private static LlavaConfig config(ConnectorType type, int side, int width, int layers) {
        VisionConfig vision = VisionConfig.VIT_B_32.withImageSize(side * 4).withPatchSize(4).withHiddenSize(48)
                .withIntermediateSize(96).withLayers(2).withHeads(2).withActivation("gelu");
        DecoderConfig decoder = DecoderConfig.VICUNA_7B.withVocabularySize(100).withHiddenSize(width)
                .withIntermediateSize(width * 8 / 3).withLayers(layers).withHeads(2).withMaxPositions(256);
        int features = vision.patches() + (type.keepsClassToken() ? 1 : 0);
        LlavaConfig config = LlavaConfig.of(vision, "linear", decoder).withConnector(type.between(features, 48, decoder))
                .withFeatureLayer(type.featureLayer());
        return type.keepsClassToken() ? config.withClassToken() : config;
    }

    /** Holds what is reckoned against what the graph of each stage takes. */
    private static void hold(LlavaConfig config, int rows, int words) {
        int images = config.imageTokens();
        int length = images + words;
        int[][] ids = new int[rows][length];
        int[][] labels = new int[rows][length];
        boolean[][] attends = new boolean[rows][length];
        for (int b = 0; b < rows; b++) {
            for (int t = 0; t < length; t++) {
                ids[b][t] = t < images ? config.imageTokenId() : 1 + t % 90;
                labels[b][t] = t < images ? LossGraph.IGNORED : ids[b][t];
                attends[b][t] = true;
            }
        }
        INDArray features = Nd4j.zeros(DataType.FLOAT, rows * config.features(), config.connector().inputSize());
        for (int stage = 1; stage <= 2; stage++) {
            LossGraph graph = new LossGraph(config, Initializer.random(ExpectedTensors.of(config), name -> 0.5, 7), rows,
                    Stage.of(stage).trained(), true);
            graph.gradients(new Prompt(ids, attends, features), labels);
            Memory reckoned = Memory.training(config, run(stage, rows, length, 1));
            assertEquals(graph.bytes(), reckoned.activations() + reckoned.gradients(), 0.2 * graph.bytes(),
                    config.connector().type() + ", stage " + stage);
        }
    }

    @Test
    @DisplayName("of one more token: what layers that a connector adds keep of each picture, beside the decoder's own cache")
    void cacheOfPictures() {
        LlavaConfig config = config(ConnectorType.GATED, 4, 64, 4);
        int[] ids = {1, config.imageTokenId(), 5, 6};
        Map<String, INDArray> kept = new ForwardGraph(config, Initializer.random(ExpectedTensors.of(config), name -> 0.5, 7), 1,
                true).prefill(Prompt.padded(List.of(ids), 0, true, Nd4j.zeros(DataType.FLOAT, config.features(), 48))).kept();
        long numbers = kept.entrySet().stream().filter(entry -> entry.getKey().startsWith("picture_keys.")
                || entry.getKey().startsWith("picture_values.")).mapToLong(entry -> entry.getValue().length()).sum();
        assertTrue(numbers > 0);
        assertEquals(4 * numbers, Memory.decoding(config, 1, 4).cache() - Memory.decoding(LlavaConfig.of(config.decoder()), 1, 4)
                .cache());
    }

    @Test
    @DisplayName("as many bytes of keys and values as a prompt leaves behind")
    void cache() {
        Reference reference = new Reference("llava_mlp2x_gqa");
        ForwardGraph.Result result = new ForwardGraph(reference.config(), reference.weights, reference.ids().length, true)
                .prefill(reference.prompt());
        long numbers = result.keys().stream().mapToLong(INDArray::length).sum()
                + result.values().stream().mapToLong(INDArray::length).sum();
        assertEquals(4 * numbers,
                Memory.decoding(reference.config(), reference.ids().length, reference.ids()[0].length).cache());
    }

    @Test
    @DisplayName("activations and gradients that double with the samples, and more than double with the tokens")
    void activations() {
        LlavaConfig config = Presets.of("mid");
        long once = changing(Memory.training(config, run(1, 4, 400, 1)));
        assertEquals(2.0, (double) changing(Memory.training(config, run(1, 8, 400, 1))) / once, 0.01);
        assertTrue(changing(Memory.training(config, run(1, 4, 800, 1))) > 2 * once);
    }

    private static long changing(Memory memory) {
        return memory.activations() + memory.gradients();
    }

    @Test
    @DisplayName("a name that is none of the presets is refused with their names")
    void unknown() {
        String message = assertThrows(UserError.class, () -> Presets.of("llava-70b")).getMessage();
        Presets.names().forEach(name -> assertTrue(message.contains(name), message));
    }
}
