package llava4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import llava4j.Llava;
import llava4j.lora.Adapter;
import llava4j.lora.FreshAdapter;
import llava4j.support.Near;
import llava4j.support.SmallWorld;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

@DisplayName("Stage 2 as LoRA")
class LowRankTuningTest {

    private static final TrainingListener QUIET = (step, steps, loss, tokens) -> { };

    @TempDir
    static Path folder;
    private static SmallWorld world;

    @BeforeAll
    static void paint() {
        world = SmallWorld.in(folder);
    }

    private static Llava adapted(Llava base) {
        Adapter adapter = FreshAdapter.of(base.config().decoder(), List.of("q_proj", "v_proj"), 2, 4, 0.1, 5);
        return base.withAdapter(adapter.withProjector(base.weights()));
    }

    private static TrainingPlan plan(int steps, double projectorRate) {
        return TrainingPlan.ofSteps(steps).withBatch(4).withLearningRate(1e-2).withLora(projectorRate, 0.1);
    }

    private static double[] train(Llava model, TrainingPlan plan, TrainingListener listener, Path state, boolean resume) {
        return new StageRun(Stage.LOW_RANK_TUNING, model, world.file("instructions.json"), world.images(), 4, 0)
                .train(plan, listener, state, resume);
    }

    private static List<String> changed(Map<String, INDArray> before, Map<String, INDArray> after) {
        return after.keySet().stream().filter(name -> !Near.sameBits(before.get(name), after.get(name))).sorted().toList();
    }

    @Test
    @DisplayName("changes A, B and the projector, and no weight of the base")
    void whatLearns() {
        Llava base = world.model();
        Llava model = adapted(base);
        Map<String, INDArray> before = Near.copy(model.weights());
        Map<String, INDArray> baseBefore = Near.copy(base.weights());
        train(model, plan(3, 1e-3), QUIET, null, false);
        assertEquals(before.keySet().stream().filter(name -> name.contains(".lora_A.") || name.contains(".lora_B.")
                || name.startsWith("multi_modal_projector.")).sorted().toList(), changed(before, model.weights()));
        assertEquals(List.of(), changed(baseBefore, base.weights()), "the base that the adapter lies on");
    }

    @Test
    @DisplayName("moves the projector at its own rate: Adam's first step is as long as the rate")
    void parameterGroups() {
        Llava model = adapted(world.model());
        Map<String, INDArray> before = Near.copy(model.weights());
        train(model, TrainingPlan.ofSteps(1).withBatch(4).withLearningRate(1e-2).withWarmUp(0).withLora(1e-3, 0.1), QUIET, null, false);
        assertEquals(1e-3, moved(before, model, "multi_modal_projector.linear_1.weight"), 1e-5);
        assertEquals(1e-2, moved(before, model, "language_model.model.layers.0.self_attn.v_proj.lora_B.weight"), 1e-4);
    }

    private static double moved(Map<String, INDArray> before, Llava model, String name) {
        return Near.distance(before.get(name), model.weights().get(name));
    }

    @Test
    @DisplayName("stopped half way and resumed, gives the adapter of an unbroken run, bit for bit, dropout included")
    void resumed(@TempDir Path states) {
        int steps = Trainer.SAVE_EVERY + 4;
        Llava unbroken = adapted(world.model());
        train(unbroken, plan(steps, 1e-3), QUIET, null, false);
        Path state = states.resolve("state.safetensors");
        assertThrows(Killed.class, () -> train(adapted(world.model()), plan(steps, 1e-3), (step, all, loss, tokens) -> {
            if (step == Trainer.SAVE_EVERY + 2) {
                throw new Killed();
            }
        }, state, false));
        Llava resumed = adapted(world.model());
        double[] losses = train(resumed, plan(steps, 1e-3), QUIET, state, true);
        assertEquals(List.of(), changed(unbroken.weights(), resumed.weights()));
        assertTrue(losses[steps - 1] < losses[0], "it has learned something");
    }

    /** Stands for a kill: nothing runs after it. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1;
    }
}
