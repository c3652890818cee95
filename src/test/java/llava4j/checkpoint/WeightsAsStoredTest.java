package llava4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import llava4j.Fixtures;
import llava4j.error.UserError;
import llava4j.generate.Generator;
import llava4j.generate.Sampler;
import llava4j.execution.NativeMemory;
import llava4j.model.LossGraph;
import llava4j.support.Near;
import llava4j.support.Reference;
import llava4j.train.Stage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A checkpoint in 16 bits is used where it lies, and gives what its float32 copy gives. */
class WeightsAsStoredTest {

    private static final String MATRIX = "language_model.model.layers.0.self_attn.q_proj.weight";

    @TempDir
    Path folder;

    private final ModelDirectory files = ModelDirectory.open(Fixtures.path("llava_two_pictures/transformers_4"),
            Optional.empty());

    @Test
    void matricesAndVectorsStayInSixteenBitsAndTheProjectorDoesNot() {
        Map<String, INDArray> stored = files.weights(name -> true);
        assertEquals(DataType.HALF, stored.get(MATRIX).dataType());
        assertEquals(DataType.HALF, stored.get("language_model.model.norm.weight").dataType());
        assertEquals(DataType.FLOAT, stored.get("multi_modal_projector.linear_1.weight").dataType());
        files.weights().forEach((name, wide) ->
                assertTrue(Near.sameBits(wide, stored.get(name).castTo(DataType.FLOAT)), name));
    }

    @Test
    void anAnswerIsTheSameTokenByToken() {
        Reference reference = new Reference("llava_two_pictures");
        assertArrayEquals(answer(reference, files.weights()), answer(reference, files.weights(name -> true)));
    }

    private int[] answer(Reference reference, Map<String, INDArray> weights) {
        return new Generator(files.llava(), weights)
                .generate(reference.prompt(), 12, Sampler.greedy(), (row, token) -> { }).get(0);
    }

    @Test
    void stageOnesGradientIsTheSameToTheLastBit() {
        Reference reference = new Reference("llava_two_pictures");
        Map<String, INDArray> wide = gradients(reference, files.weights());
        Map<String, INDArray> stored = gradients(reference,
                files.weights(Stage.FEATURE_ALIGNMENT.trained().negate()));
        assertEquals(wide.keySet(), stored.keySet());
        wide.forEach((name, gradient) -> assertTrue(Near.sameBits(gradient, stored.get(name)), name));
    }

    private Map<String, INDArray> gradients(Reference reference, Map<String, INDArray> weights) {
        return Near.copy(new LossGraph(files.llava(), weights, reference.ids().length, Stage.FEATURE_ALIGNMENT.trained(), true)
                .gradients(reference.prompt(), reference.labels()).byName());
    }

    @Test
    void theFilesBytesOutliveTheOpenFileAndACollection() throws IOException {
        Path file = folder.resolve("model.safetensors");
        INDArray matrix = Nd4j.rand(DataType.FLOAT, 300, 200).castTo(DataType.BFLOAT16);
        SafetensorsWriter.write(file, Map.of("w", matrix));
        INDArray mapped;
        try (Safetensors opened = Safetensors.open(file)) {
            mapped = opened.getAsStored("w");
        }
        NativeMemory.release();
        assertTrue(Near.sameBits(matrix.castTo(DataType.FLOAT), mapped.castTo(DataType.FLOAT)));
        Path again = folder.resolve("again.safetensors");
        SafetensorsWriter.write(again, Map.of("w", mapped));
        assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(again));
    }

    @Test
    void aNumberThatIsNotFiniteIsRefusedInWhicheverPlaceItStands() {
        for (DataType type : List.of(DataType.BFLOAT16, DataType.HALF)) {
            for (int place = 0; place < 10; place++) {
                INDArray damaged = Nd4j.linspace(DataType.FLOAT, -2, 0.5, 10).reshape(2, 5);
                damaged.putScalar(place / 5, place % 5, place % 2 == 0 ? Float.NaN : Float.NEGATIVE_INFINITY);
                Path file = folder.resolve(type + "-" + place + ".safetensors");
                SafetensorsWriter.write(file, Map.of("w", damaged.castTo(type)));
                try (Safetensors opened = Safetensors.open(file)) {
                    assertThrows(UserError.class, () -> opened.getAsStored("w"));
                }
            }
        }
    }
}
