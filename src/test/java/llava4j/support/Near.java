package llava4j.support;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.LinkedHashMap;
import java.util.Map;
import llava4j.execution.Nd4jVersion;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Comparisons of arrays; what is not a number is near nothing. */
public final class Near {

    private Near() {
    }

    /** The largest difference of two arrays of one shape; NaN if there is one anywhere. */
    public static double distance(INDArray a, INDArray b) {
        assertArrayEquals(a.shape(), b.shape(), "shape");
        double[] x = a.dup('c').ravel().toDoubleVector();
        double[] y = b.dup('c').ravel().toDoubleVector();
        double largest = 0;
        for (int i = 0; i < x.length; i++) {
            double difference = Math.abs(x[i] - y[i]);
            if (!(difference <= largest)) {
                largest = difference;
            }
        }
        return largest;
    }

    public static void assertNear(INDArray expected, INDArray actual, double tolerance, String what) {
        double distance = distance(expected, actual);
        assertTrue(distance <= tolerance, () -> what + " is off by " + distance);
    }

    /** The largest difference, relative to the largest number expected. */
    public static void assertRelative(INDArray expected, INDArray actual, double tolerance, String what) {
        double scale = expected.amaxNumber().doubleValue();
        assertTrue(scale > 0, () -> what + ": nothing but zeros is expected, which would show nothing");
        double distance = distance(expected, actual) / scale;
        assertTrue(distance <= tolerance, () -> what + " is off by a share of " + distance);
    }

    /** Compares [B, T, D] or [B*T, D] where {@code attends} holds: padding's rows have no meaning. */
    public static void assertNearWhere(boolean[][] attends, INDArray expected, INDArray actual, double tolerance,
                                       String what) {
        int length = attends[0].length;
        INDArray x = expected.dup('c').reshape(attends.length * (long) length, -1);
        INDArray y = actual.dup('c').reshape(attends.length * (long) length, -1);
        for (int row = 0; row < attends.length * length; row++) {
            if (attends[row / length][row % length]) {
                assertNear(x.getRow(row), y.getRow(row), tolerance, what + ", row " + row);
            }
        }
    }

    /**
     * Leaves a test out where a picture's features have other last bits in another batch: with ND4J 1.0.0-M2.1, and kernels of
     * OpenBLAS with which a row's product depends on how many rows are multiplied (docs/dependencies.md).
     */
    public static void assumeBatchesRoundAlike() {
        assumeTrue(Nd4jVersion.isM11() || rowsRoundAlike(),
                "on ND4J 1.0.0-M2.1 with these kernels the last bits depend on the batch");
    }

    private static boolean rowsRoundAlike() {
        INDArray many = TinyModel.gaussian(new java.util.Random(1), 1, 16, 24);
        INDArray matrix = TinyModel.gaussian(new java.util.Random(2), 1, 24, 24);
        INDArray few = many.getRows(0, 1, 2);
        return sameBits(many.mmul(matrix).getRows(0, 1, 2), few.mmul(matrix));
    }

    public static boolean sameBits(INDArray a, INDArray b) {
        return java.util.Arrays.equals(a.shape(), b.shape())
                && java.util.Arrays.equals(a.dup('c').ravel().toFloatVector(), b.dup('c').ravel().toFloatVector());
    }

    public static Map<String, INDArray> copy(Map<String, INDArray> weights) {
        Map<String, INDArray> copies = new LinkedHashMap<>();
        weights.forEach((name, array) -> copies.put(name, array.dup()));
        return copies;
    }
}
