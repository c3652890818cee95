package e11_freezing;

import java.util.Map;

/** Exercise 11: which parameters learn in which stage. The page beside this file says how. */
public final class Freezing {

    private Freezing() {
    }

    /**
     * Whether a parameter learns.
     *
     * @param name  as in a checkpoint, {@code model.vision_tower....}
     * @param stage 1 or 2
     * @throws IllegalArgumentException if there is no such stage
     */
    public static boolean learns(String name, int stage) {
        throw new UnsupportedOperationException("exercise 11: say who learns");
    }

    /**
     * A step of gradient descent on the parameters that learn; the others keep every bit.
     *
     * @param weights   by name, changed in place
     * @param gradients by name; one may be missing
     * @param stage     1 or 2
     * @param rate      the learning rate
     */
    public static void step(Map<String, double[]> weights, Map<String, double[]> gradients, int stage, double rate) {
        throw new UnsupportedOperationException("exercise 11: take the step");
    }
}
