package llava4j.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import llava4j.checkpoint.ExpectedTensors;
import llava4j.support.Near;
import llava4j.support.TinyModel;
import llava4j.train.Stage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

@DisplayName("Activations that are computed a second time")
class RecomputationTest {

    private static final int BATCH = 4;
    private static final int LAYERS = 6;

    private final LlavaConfig config = LlavaConfig.of(TinyModel.VISION, "mlp2x_gelu", TinyModel.DECODER
            .withHiddenSize(32).withIntermediateSize(64).withLayers(LAYERS).withHeads(4).withKeyValueHeads(2))
            .withImageTokenId(TinyModel.IMAGE).withBosTokenId(TinyModel.BOS).withEosTokenIds(List.of(TinyModel.EOS))
            .withPadTokenId(TinyModel.PAD);

    private Prompt prompt(int words) {
        Random random = new Random(5);
        List<int[]> rows = IntStream.range(0, BATCH).mapToObj(b -> {
            int[] ids = TinyModel.words(random, words - b);
            Arrays.fill(ids, 1, 1 + TinyModel.IMAGE_TOKENS, TinyModel.IMAGE);
            return ids;
        }).toList();
        return Prompt.padded(rows, TinyModel.PAD, false, TinyModel.features(config, BATCH, 4));
    }

    private static int[][] labels(Prompt prompt) {
        return Arrays.stream(prompt.ids()).map(row -> Arrays.stream(row).map(id -> id == TinyModel.IMAGE ? LossGraph.IGNORED : id)
                .toArray()).toArray(int[][]::new);
    }

    @ParameterizedTest(name = "stage {0}, weights of 16 bits where they are frozen: {1}")
    @CsvSource({"1,false", "1,true", "2,false"})
    @DisplayName("give the same gradients to the bit, batch after batch, and take less memory")
    void sameBits(int stage, boolean sixteenBits) {
        Predicate<String> trained = Stage.of(stage).trained();
        Map<String, INDArray> weights = TinyModel.random(ExpectedTensors.of(config), 8);
        if (sixteenBits) {
            weights.replaceAll((name, array) -> trained.test(name) ? array : array.castTo(DataType.BFLOAT16));
        }
        LossGraph kept = new LossGraph(config, weights, BATCH, trained, true);
        LossGraph again = new LossGraph(config, weights, BATCH, trained, true, false, true);
        for (int words : new int[] {60, 31, 60}) {
            Prompt prompt = prompt(words);
            LossGraph.Gradients expected = kept.gradients(prompt, labels(prompt));
            LossGraph.Gradients found = again.gradients(prompt, labels(prompt));
            assertEquals(expected.loss(), found.loss());
            assertEquals(expected.byName().keySet(), found.byName().keySet());
            expected.byName().forEach((name, gradient) -> assertTrue(Near.sameBits(gradient, found.byName().get(name)), name));
        }
        assertTrue(again.bytes() < 0.6 * kept.bytes(), () -> again.bytes() + " of " + kept.bytes());
    }
}
