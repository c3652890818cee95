package llava4j.train;

import java.util.Map;
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
        double squares = 0;
        for (INDArray gradient : gradients.values()) {
            double length = gradient.norm2Number().doubleValue();
            squares += length * length;
        }
        double norm = Math.sqrt(squares);
        if (norm > largest) {
            double factor = largest / norm;
            gradients.values().forEach(gradient -> gradient.muli(factor));
        }
        return norm;
    }
}
