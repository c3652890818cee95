package llava4j.train;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import llava4j.execution.Threads;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Shortens the gradient, all parameters taken as one long vector, to a largest length: g ← g · min(1, c/‖g‖).
 *
 * <p>What one would get wrong: clipping each tensor by its own length changes the gradient's direction.
 */
public final class GradientClip {

    private GradientClip() {
    }

    /**
     * Clips in place.
     *
     * @param gradients by name, changed in place
     * @param largest   c
     * @return ‖g‖ before
     */
    public static double clip(Map<String, INDArray> gradients, double largest) {
        Map<String, Double> lengths = new ConcurrentHashMap<>();
        Threads.share(gradients, (name, gradient) -> lengths.put(name, gradient.norm2Number().doubleValue()));
        double squares = 0;
        for (String name : gradients.keySet()) {             // added in one order, whichever was known first
            squares += lengths.get(name) * lengths.get(name);
        }
        double norm = Math.sqrt(squares);
        if (norm > largest) {
            double factor = largest / norm;
            Threads.share(gradients, (name, gradient) -> gradient.muli(factor));
        }
        return norm;
    }
}
