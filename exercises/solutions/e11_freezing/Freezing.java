package e11_freezing;

import java.util.Map;

/** Solution of exercise 11. */
public final class Freezing {

    private Freezing() {
    }

    /** Whether a parameter learns in stage 1 or 2. */
    public static boolean learns(String name, int stage) {
        if (stage != 1 && stage != 2) {
            throw new IllegalArgumentException("there is no stage " + stage);
        }
        boolean projector = name.startsWith("model.multi_modal_projector.");
        boolean decoder = name.startsWith("model.language_model.") || name.startsWith("lm_head.");
        return projector || stage == 2 && decoder;
    }

    /** One step, in place. */
    public static void step(Map<String, double[]> weights, Map<String, double[]> gradients, int stage, double rate) {
        weights.forEach((name, weight) -> {
            double[] gradient = gradients.get(name);
            if (!learns(name, stage) || gradient == null) {
                return;
            }
            for (int i = 0; i < weight.length; i++) {
                weight[i] -= rate * gradient[i];
            }
        });
    }
}
