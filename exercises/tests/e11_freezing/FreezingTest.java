package e11_freezing;

import exercises.Check;
import exercises.Numbers;
import exercises.Reference;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

class FreezingTest {

    private static final String W = "model.multi_modal_projector.linear_1.weight";
    private static final String ENCODER = "model.vision_tower.encoder.layers.0.self_attn.q_proj.weight";
    private static final String DECODER = "model.language_model.layers.0.mlp.down_proj.weight";

    @Test
    @Order(1)
    void theEncoderIsNeverTrained() {
        Check.that(!Freezing.learns(ENCODER, 1), ENCODER + " learns in stage 1: it has \"proj\" in its name, and is "
                + "of the encoder");
        Check.that(!Freezing.learns(ENCODER, 2), ENCODER + " learns in stage 2: the encoder is never trained");
    }

    @Test
    @Order(2)
    void stageOneTrainsWAlone() {
        Check.that(Freezing.learns(W, 1), W + " is frozen in stage 1: W is what stage 1 trains");
        Check.that(!Freezing.learns(DECODER, 1), DECODER + " learns in stage 1: the decoder is frozen there");
        Check.that(!Freezing.learns("lm_head.weight", 1), "lm_head.weight learns in stage 1: it is of the decoder, "
                + "which is frozen there");
    }

    @Test
    @Order(3)
    void stageTwoTrainsWAndTheDecoder() {
        Check.that(Freezing.learns(W, 2), W + " is frozen in stage 2: W goes on learning there");
        Check.that(Freezing.learns(DECODER, 2), DECODER + " is frozen in stage 2");
        Check.that(Freezing.learns("lm_head.weight", 2), "lm_head.weight is frozen in stage 2: the output head is of "
                + "the decoder");
    }

    @Test
    @Order(4)
    void thereIsNoStageThree() {
        boolean refused = false;
        try {
            Freezing.learns(W, 3);
        } catch (IllegalArgumentException e) {
            refused = true;
        }
        Check.that(refused, "stage 3 was taken for a stage: throw an IllegalArgumentException");
    }

    @Test
    @Order(5)
    void aStepMovesWhatLearnsAndNothingElse() {
        Numbers numbers = Numbers.of("e11");
        Map<String, double[]> weights = new TreeMap<>();
        Map<String, double[]> before = new TreeMap<>();
        Map<String, double[]> gradients = new TreeMap<>();
        for (String name : List.of(W, ENCODER, DECODER)) {
            weights.put(name, numbers.vector(3));
            before.put(name, weights.get(name).clone());
            gradients.put(name, numbers.vector(3));
        }
        weights.put("model.multi_modal_projector.linear_1.bias", new double[] {1});
        Freezing.step(weights, gradients, 1, 0.1);
        for (String name : List.of(ENCODER, DECODER)) {
            Check.that(Arrays.equals(before.get(name), weights.get(name)), "your step moved " + name
                    + " in stage 1, where it is frozen");
        }
        double[] expected = before.get(W).clone();
        double[] up = before.get(W).clone();
        for (int i = 0; i < 3; i++) {
            expected[i] -= 0.1 * gradients.get(W)[i];
            up[i] += 0.1 * gradients.get(W)[i];
        }
        Check.not(before.get(W), weights.get(W), "your step did not move W: change the array in place");
        Check.not(up, weights.get(W), "you go up the slope: the gradient is subtracted");
        Check.same("W after a step of rate 0.1: W", expected, weights.get(W), 1e-12);
    }

    @Test
    @Order(6)
    void theSameParametersMoveAsInTransformers() {
        Reference llava = Reference.of("e11");
        for (int stage = 1; stage <= 2; stage++) {
            List<String> moved = List.of(llava.get("stage" + stage, String[].class));
            for (String name : llava.get("names", String[].class)) {
                Check.that(Freezing.learns(name, stage) == moved.contains(name), name + " "
                        + (moved.contains(name) ? "is frozen" : "learns") + " in stage " + stage
                        + ", it should be the other way");
            }
        }
    }
}
