package llava4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import llava4j.error.UserError;
import llava4j.support.Near;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

@DisplayName("The training loop")
class TrainerTest {

    private static final TrainingListener QUIET = (step, steps, loss, tokens) -> { };

    private static TrainingPlan plan(int steps) {
        return TrainingPlan.ofSteps(steps).withBatch(1).withLearningRate(0.1).withWarmUp(0).withAdam(0.9, 0.999, 0);
    }

    private static Objective.Step step(double loss, double... gradient) {
        Map<String, INDArray> gradients = new HashMap<>();
        gradients.put("w", Nd4j.createFromArray(new float[] {(float) gradient[0], (float) gradient[1]}));
        return new Objective.Step(loss, gradients, List.of("picture 7", "picture 9"), 2);
    }

    @Test
    @DisplayName("walks down to the minimum of a bowl")
    void findsTheMinimum() {
        INDArray w = Nd4j.createFromArray(new float[] {2, -1});
        Trainer trainer = new Trainer(plan(300), Map.of("w", w), List.of("w"), "a bowl");
        trainer.run(t -> step(0, 2 * (w.getDouble(0) - 0.5), 2 * (w.getDouble(1) - 0.25)), QUIET, null);
        Near.assertNear(Nd4j.createFromArray(new float[] {0.5f, 0.25f}), w, 1e-2, "the minimum");
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
    @DisplayName("stops at a loss or a gradient that is not a number, names step and samples, and changes no weight")
    void notANumber(double bad) {
        INDArray w = Nd4j.createFromArray(new float[] {2, -1});
        for (boolean loss : new boolean[] {true, false}) {
            INDArray before = w.dup();
            Trainer trainer = new Trainer(plan(3), Map.of("w", w), List.of("w"), "a cliff");
            UserError error = assertThrows(UserError.class, () ->
                    trainer.run(t -> loss ? step(bad, 1, 1) : step(1, bad, 1), QUIET, null));
            assertTrue(error.getMessage().startsWith("step 1:"), error.getMessage());
            assertTrue(error.getMessage().contains("picture 7, picture 9"), error.getMessage());
            assertTrue(Near.sameBits(before, w));
        }
    }

    @Test
    @DisplayName("shortens a gradient as one long vector, so that its direction stays")
    void clipping() {
        Map<String, INDArray> gradients = new HashMap<>(Map.of("a", Nd4j.createFromArray(new float[] {3, 0}),
                "b", Nd4j.createFromArray(new float[] {0, 4})));
        assertEquals(5, GradientClip.clip(gradients, 1), 1e-6);
        Near.assertNear(Nd4j.createFromArray(new float[] {0.6f, 0}), gradients.get("a"), 1e-6, "a");
        Near.assertNear(Nd4j.createFromArray(new float[] {0, 0.8f}), gradients.get("b"), 1e-6, "b");
        assertEquals(1, GradientClip.clip(gradients, 2), 1e-6);
        Near.assertNear(Nd4j.createFromArray(new float[] {0.6f, 0}), gradients.get("a"), 1e-6, "short enough already");
    }

    @Test
    @DisplayName("of a single step learns: its rate is not the warm-up's 0")
    void oneStep() {
        assertEquals(2e-3, new CosineSchedule(2e-3, 1, 0.03).at(0));
        assertEquals(0, new CosineSchedule(2e-3, 1, 0.03).climbing());
        assertEquals(1, new CosineSchedule(2e-3, 2, 0.03).climbing());
        assertEquals(2e-3, new CosineSchedule(2e-3, 2, 0.03).at(1));
    }

    @Test
    @DisplayName("warms up in a straight line over 3 % of the steps, then follows half a cosine down to zero")
    void schedule() {
        CosineSchedule schedule = new CosineSchedule(2e-3, 200, 0.03);
        assertEquals(0, schedule.at(0), 0, "the first step, as in the reference");
        assertEquals(2e-3 * 3 / 6, schedule.at(3), 1e-12);
        assertEquals(2e-3, schedule.at(6), 1e-12, "the peak, behind ⌈0.03 · 200⌉ steps");
        assertEquals(1e-3, schedule.at(6 + 97), 1e-12, "half way down");
        assertTrue(schedule.at(199) > 0 && schedule.at(199) < 1e-6);
        for (int step = 7; step < 200; step++) {
            assertTrue(schedule.at(step) < schedule.at(step - 1), "it falls in step " + step);
        }
    }
}
