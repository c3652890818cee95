package llava4j.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.function.DoubleSupplier;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Holds a gradient against the slope of the loss itself, measured along lines through parameter space.
 *
 * <p>Along a direction u of length one the loss rises by ∇L·u. It is measured from four points,
 * (8(L(h) − L(−h)) − (L(2h) − L(−2h))) / 12h, whose error falls with h⁴, so that h may be large enough for float32.
 */
public final class Slope {

    private static final double H = 0.02;
    private static final double TOLERANCE = 2e-4;

    private Slope() {
    }

    /**
     * Along the gradient, where the slope must be its length (that finds a wrong factor or sign), and along two random
     * lines (which finds a wrong direction).
     *
     * @param weight   is moved, and put back
     * @param gradient that is to be checked, in the same shape
     * @param loss     computes L with the weight as it is
     */
    public static void assertGradient(String name, INDArray weight, INDArray gradient, DoubleSupplier loss) {
        double length = gradient.norm2Number().doubleValue();
        assertTrue(length > 1e-3, () -> name + " has a gradient of length " + length + ": too short to be checked");
        INDArray before = weight.dup();
        Random random = new Random(name.hashCode());
        for (int line = 0; line < 3; line++) {
            INDArray direction = line == 0 ? gradient.dup() : TinyModel.gaussian(random, 1, gradient.shape());
            direction.divi(direction.norm2Number());
            double expected = gradient.mul(direction).sumNumber().doubleValue();
            double slope = (8 * (at(H, weight, before, direction, loss) - at(-H, weight, before, direction, loss))
                    - (at(2 * H, weight, before, direction, loss) - at(-2 * H, weight, before, direction, loss))) / (12 * H);
            weight.assign(before);
            assertEquals(slope, expected, TOLERANCE + 2e-3 * Math.abs(slope), name + ", line " + line);
        }
    }

    private static double at(double distance, INDArray weight, INDArray before, INDArray direction, DoubleSupplier loss) {
        weight.assign(before.add(direction.mul(distance)));
        return loss.getAsDouble();
    }
}
