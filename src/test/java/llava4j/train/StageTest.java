package llava4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import llava4j.Llava;
import llava4j.data.LastBatch;
import llava4j.error.UserError;
import llava4j.graph.Dropout;
import llava4j.model.LossGraph;
import llava4j.model.Prompt;
import llava4j.support.Near;
import llava4j.support.SmallWorld;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

@DisplayName("The two stages")
class StageTest {

    private static final TrainingListener QUIET = (step, steps, loss, tokens) -> { };

    @TempDir
    static Path folder;
    private static SmallWorld world;

    @BeforeAll
    static void paint() {
        world = SmallWorld.in(folder);
    }

    private static TrainingPlan plan(int steps) {
        return TrainingPlan.ofSteps(steps).withBatch(4).withLearningRate(1e-2);
    }

    private StageRun run(Stage stage, Llava model) {
        return new StageRun(stage, model, world.file(stage == Stage.FEATURE_ALIGNMENT ? "captions.json"
                : "instructions.json"), world.images(), 4, 0);
    }

    private static List<String> changed(Map<String, INDArray> before, Map<String, INDArray> after) {
        List<String> changed = new ArrayList<>();
        before.forEach((name, array) -> {
            if (!Near.sameBits(array, after.get(name))) {
                changed.add(name);
            }
        });
        return changed;
    }

    @Test
    @DisplayName("stage 1 changes W and nothing else, to the bit")
    void stageOneChangesOnlyW() {
        Llava model = world.model();
        Map<String, INDArray> before = Near.copy(model.weights());
        run(Stage.FEATURE_ALIGNMENT, model).train(plan(3), QUIET, null, false);
        assertEquals(List.of("multi_modal_projector.linear_1.weight", "multi_modal_projector.linear_1.bias"),
                changed(before, model.weights()));
    }

    @Test
    @DisplayName("stage 2 changes W and every weight of the decoder, and no weight of the encoder")
    void stageTwoChangesNoEncoderWeight() {
        Llava model = world.model();
        Map<String, INDArray> before = Near.copy(model.weights());
        run(Stage.INSTRUCTION_TUNING, model).train(plan(3), QUIET, null, false);
        List<String> changed = changed(before, model.weights());
        assertTrue(changed.stream().noneMatch(name -> name.startsWith("vision_tower.")), changed::toString);
        assertEquals(before.keySet().stream().filter(name -> !name.startsWith("vision_tower.")).toList(), changed);
    }

    @Test
    @DisplayName("learn: the loss on the same few samples falls")
    void theLossFalls() {
        Llava model = world.model();
        double[] losses = run(Stage.FEATURE_ALIGNMENT, model).train(plan(40), QUIET, null, false);
        double first = (losses[0] + losses[1] + losses[2]) / 3;
        double last = (losses[37] + losses[38] + losses[39]) / 3;
        assertTrue(last < first - 0.02, () -> "from " + first + " to " + last);
    }

    @Test
    @DisplayName("take the samples that fill no batch as a smaller last step, its loss a mean over their own tokens")
    void lastBatch() {
        int samples = run(Stage.INSTRUCTION_TUNING, world.model()).batches().samples();
        int batch = samples - 3;
        StageRun kept = new StageRun(Stage.INSTRUCTION_TUNING, world.model(), world.file("instructions.json"), world.images(),
                batch, 0, null, LastBatch.KEPT);
        assertEquals(2, kept.batches().stepsAnEpoch());
        Llava model = world.model();
        MultiDataSet rest = kept.batches().at(1);
        assertEquals(3, rest.getFeatures(0).size(0));
        Objective.Step step = Stage.INSTRUCTION_TUNING.objective(model, kept.batches(), Dropout.NONE).at(1);
        boolean[][] attends = new boolean[3][(int) rest.getFeatures(0).size(1)];
        int[][] mask = rest.getFeaturesMaskArray(0).toIntMatrix();
        for (int b = 0; b < 3; b++) {
            for (int t = 0; t < attends[b].length; t++) {
                attends[b][t] = mask[b][t] == 1;
            }
        }
        double alone = new LossGraph(model.config(), model.weights(), 3, name -> false, true).loss(
                new Prompt(rest.getFeatures(0).toIntMatrix(), attends, rest.getFeatures(1)),
                rest.getLabels(0).toIntMatrix());
        assertEquals(alone, step.loss(), 1e-6);
        assertEquals(2, kept.train(plan(2), QUIET, null, false).length);
    }

    @Test
    @DisplayName("stopped half way and resumed, give the weights of an unbroken run, bit for bit")
    void resumed(@TempDir Path states) {
        int steps = Trainer.SAVE_EVERY + 4;
        Llava unbroken = world.model();
        run(Stage.INSTRUCTION_TUNING, unbroken).train(plan(steps), QUIET, null, false);

        Path state = states.resolve("state.safetensors");
        Llava stopped = world.model();
        assertThrows(Killed.class, () -> run(Stage.INSTRUCTION_TUNING, stopped).train(plan(steps),
                (step, all, loss, tokens) -> {
                    if (step == Trainer.SAVE_EVERY + 2) {
                        throw new Killed();
                    }
                }, state, false));
        Llava resumed = world.model();
        List<Integer> seen = new ArrayList<>();
        double[] losses = run(Stage.INSTRUCTION_TUNING, resumed).train(plan(steps),
                (step, all, loss, tokens) -> seen.add(step), state, true);

        assertEquals(Trainer.SAVE_EVERY + 1, seen.get(0), "it goes on behind the last saved step");
        assertEquals(steps, losses.length);
        assertEquals(List.of(), changed(unbroken.weights(), resumed.weights()));
        assertNotEquals(List.of(), changed(unbroken.weights(), world.model().weights()), "training changes something");
    }

    @Test
    @DisplayName("refuse to resume a run that had another plan")
    void anotherPlan(@TempDir Path states) {
        Path state = states.resolve("state.safetensors");
        run(Stage.FEATURE_ALIGNMENT, world.model()).train(plan(2), QUIET, state, false);
        UserError error = assertThrows(UserError.class, () ->
                run(Stage.FEATURE_ALIGNMENT, world.model()).train(plan(3), QUIET, state, true));
        assertTrue(error.getMessage().contains(state.toString()), error.getMessage());
        assertFalse(error.getMessage().contains("\n"));
    }

    /** Stands for a kill: it comes between two steps and nothing runs behind it. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1;
    }
}
