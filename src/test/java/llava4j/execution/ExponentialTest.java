package llava4j.execution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ExponentialTest {

    private static final int COUNT = 3 * Exponential.PIECE - 5;

    @Test
    void itIsTheExponentialToAFloatsLastBit() {
        float[] t = new float[COUNT];
        for (int i = 0; i < COUNT; i++) {
            t[i] = -87 + 174f * i / (COUNT - 1);
        }
        float[] found = t.clone();
        Exponential.lend(exponential -> exponential.of(found, 0, COUNT));
        for (int i = 0; i < COUNT; i++) {
            double expected = Math.exp(t[i]);
            assertEquals(1, found[i] / expected, 1.2e-7, "e^" + t[i]);
        }
    }

    @Test
    void farBelowZeroItIsExactlyZeroAsWhatAMaskHidesHasToBe() {
        float[] t = {-88, -100, -1e9f, -Float.MAX_VALUE, Float.NEGATIVE_INFINITY};
        Exponential.lend(exponential -> exponential.of(t, 0, t.length));
        assertArrayEquals(new float[t.length], t);
    }

    @Test
    void ofZeroItIsOneAndFarAboveItVeryMuchAndNeverNoNumber() {
        float[] t = {0, 100, Float.MAX_VALUE, Float.POSITIVE_INFINITY};
        Exponential.lend(exponential -> exponential.of(t, 0, t.length));
        assertEquals(1, t[0]);
        for (int i = 1; i < t.length; i++) {
            assertTrue(t[i] > 8e37 && t[i] < Float.POSITIVE_INFINITY, "" + t[i]);
        }
    }
}
