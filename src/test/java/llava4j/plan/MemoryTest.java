package llava4j.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import llava4j.checkpoint.ExpectedTensors;
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
        INDArray features = Nd4j.zeros(DataType.FLOAT, rows * images, 24);
        for (int stage = 1; stage <= 2; stage++) {
            LossGraph graph = new LossGraph(config, Initializer.random(ExpectedTensors.of(config), name -> 0.5, 7), rows,
                    Stage.of(stage).trained(), true);
            graph.gradients(new Prompt(ids, attends, features), labels);
            Memory reckoned = Memory.training(config, run(stage, rows, length, 1));
            assertEquals(graph.bytes(), reckoned.activations() + reckoned.gradients(), 0.2 * graph.bytes(),
                    "stage " + stage);
        }
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
