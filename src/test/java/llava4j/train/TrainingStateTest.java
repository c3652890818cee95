package llava4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import llava4j.checkpoint.Safetensors;
import llava4j.checkpoint.SafetensorsWriter;
import llava4j.error.UserError;
import llava4j.support.Near;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

@DisplayName("The state of a run")
class TrainingStateTest {

    private static final TrainingListener QUIET = (step, steps, loss, tokens) -> { };
    private static final int STEPS = 3;

    @TempDir
    private Path folder;
    private Path state;
    private final INDArray w = start();

    private static INDArray start() {
        return Nd4j.createFromArray(new float[] {2, -1, 0.5f});
    }

    private static TrainingPlan plan(double rate) {
        return TrainingPlan.ofSteps(STEPS).withBatch(1).withLearningRate(rate).withWarmUp(0).withAdam(0.9, 0.999, 0);
    }

    private static Trainer trainer(INDArray w, TrainingPlan plan, Map<String, String> settings) {
        return new Trainer(plan, Map.of("w", w), List.of("w"), settings);
    }

    private static Map<String, String> settings() {
        return Map.of("data", "a bowl", "processors", "4");
    }

    /** A run that is done: three steps, and its state. */
    @BeforeEach
    void train() {
        state = folder.resolve("state.safetensors");
        trainer(w, plan(0.1), settings()).run(step -> new Objective.Step(1.0 / (step + 1),
                new LinkedHashMap<>(Map.of("w", w.mul(2))), List.of("one"), 3), QUIET, state);
    }

    private String refusal(TrainingPlan plan, Map<String, String> settings) {
        INDArray fresh = start();
        UserError error = assertThrows(UserError.class, () -> trainer(fresh, plan, settings).resume(state));
        assertTrue(error.getMessage().startsWith(state.toString()), error.getMessage());
        assertFalse(error.getMessage().contains("\n"), error.getMessage());
        assertTrue(Near.sameBits(start(), fresh), "nothing is taken up from a state that is refused");
        return error.getMessage();
    }

    @Test
    @DisplayName("is taken up by a run with the same settings")
    void same() {
        INDArray fresh = start();
        Trainer trainer = trainer(fresh, plan(0.1), settings());
        trainer.resume(state);
        assertEquals(STEPS, trainer.step());
        assertTrue(Near.sameBits(w, fresh));
    }

    @Test
    @DisplayName("is refused when any one of its bytes has changed")
    void flippedByte() throws IOException {
        byte[] whole = Files.readAllBytes(state);
        Random random = new Random(3);
        for (int place = 0; place < whole.length; place++) {
            byte[] damaged = whole.clone();
            damaged[place] ^= (byte) (1 << random.nextInt(8));
            Files.write(state, damaged);
            assertTrue(refusal(plan(0.1), settings()).contains("--resume"), "byte " + place);
        }
    }

    @Test
    @DisplayName("is refused when it is cut short or has something after its end")
    void otherLength() throws IOException {
        byte[] whole = Files.readAllBytes(state);
        for (int length : new int[] {0, 7, 100, whole.length - 1, whole.length + 1}) {
            Files.write(state, java.util.Arrays.copyOf(whole, length));
            refusal(plan(0.1), settings());
        }
    }

    @Test
    @DisplayName("names the setting that differs, and both values")
    void otherSettings() {
        assertTrue(refusal(plan(0.2), settings()).contains("--learning-rate was 0.1, now 0.2"));
        String two = refusal(plan(0.2), Map.of("data", "a valley", "processors", "4"));
        assertTrue(two.contains("--learning-rate was 0.1, now 0.2; data was a bowl, now a valley"), two);
    }

    @Test
    @DisplayName("names the options by which the batch has as many parts as before")
    void otherProcessors() {
        String message = refusal(plan(0.1), Map.of("data", "a bowl", "processors", "2"));
        assertTrue(message.contains("processors was 4, now 2"), message);
        assertTrue(message.contains("--parts 4") && message.contains("-XX:ActiveProcessorCount=4"), message);
    }

    @Test
    @DisplayName("is refused for a model that began with other weights")
    void otherModel() {
        UserError error = assertThrows(UserError.class, () -> trainer(start().add(1e-6), plan(0.1), settings()).resume(state));
        assertTrue(error.getMessage().contains("model was checksum"), error.getMessage());
    }

    @Test
    @DisplayName("without a checksum, as earlier versions wrote it, is refused")
    void withoutChecksum() {
        SafetensorsWriter.write(state, arrays());
        assertTrue(refusal(plan(0.1), settings()).contains("holds no checksum"));
    }

    @Test
    @DisplayName("is refused when a weight, a moment, the step or a loss has another type, shape or name: nothing is converted")
    void otherTensors() {
        forged("weight.w is I64 [3], need F32 [3]", a -> a.put("weight.w", Nd4j.createFromArray(new long[] {1, 2, 3})));
        forged("moment.m.w is F64 [3], need F32 [3]", a -> a.put("moment.m.w", Nd4j.zeros(DataType.DOUBLE, 3)));
        forged("moment.v.w is F32 [4], need F32 [3]", a -> a.put("moment.v.w", Nd4j.zeros(DataType.FLOAT, 4)));
        forged("moment.v.w is missing", a -> a.remove("moment.v.w"));
        forged("weight.u is F32 [1], need none", a -> a.put("weight.u", Nd4j.zeros(DataType.FLOAT, 1)));
        forged("step is F32 [1], need I64 [1]", a -> a.put("step", Nd4j.zeros(DataType.FLOAT, 1)));
        forged("losses is missing", a -> a.remove("losses"));
        forged("losses is F32 [3]", a -> a.put("losses", Nd4j.zeros(DataType.FLOAT, 3)));
    }

    @Test
    @DisplayName("is refused when its step is out of range or is not the number of its losses")
    void otherStep() {
        for (long step : new long[] {-1, 0, STEPS + 1, 1L << 31, (1L << 32) + STEPS, Long.MAX_VALUE}) {
            forged("says step " + step + " of 3", a -> a.put("step", Nd4j.createFromArray(new long[] {step})));
        }
        forged("holds 2 losses", a -> a.put("losses", Nd4j.createFromArray(new double[] {1, 2})));
        forged("holds 0 losses", a -> a.put("losses", Nd4j.create(DataType.DOUBLE, 0)));
        forged("says step 3", a -> a.put("losses", Nd4j.createFromArray(new double[] {1, Double.NaN, 3})));
    }

    private Map<String, INDArray> arrays() {
        try (Safetensors tensors = Safetensors.open(state)) {
            return tensors.all();
        }
    }

    /** A file whose checksum is right and whose content is not. */
    private void forged(String expected, Consumer<Map<String, INDArray>> change) {
        Map<String, String> metadata;
        try (Safetensors tensors = Safetensors.open(state)) {
            metadata = tensors.metadata();
        }
        Map<String, INDArray> whole = arrays();
        Map<String, INDArray> changed = new LinkedHashMap<>(whole);
        change.accept(changed);
        SafetensorsWriter.writeSealed(state, changed, metadata);
        String message = refusal(plan(0.1), settings());
        assertTrue(message.contains(expected), message);
        SafetensorsWriter.writeSealed(state, whole, metadata);
    }
}
