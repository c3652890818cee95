package llava4j.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ExponentialTest {

    private static final int COUNT = Exponential.PIECE;

    @Test
    void itIsTheExponentialToAFloatsLastBit() {
        float[] t = new float[COUNT];
        for (int i = 0; i < COUNT; i++) {
            t[i] = -87 + 174f * i / (COUNT - 1);
        }
        float[] found = t.clone();
        Exponential.lend(exponential -> exponential.of(found, COUNT));
        for (int i = 0; i < COUNT; i++) {
            double expected = Math.exp(t[i]);
            assertEquals(1, found[i] / expected, 1.2e-7, "e^" + t[i]);
        }
    }

    @Test
    void ofZeroItIsOneAndFarFromItItIsNothingOrVeryMuchAndNeverNoNumber() {
        float[] t = {0, -Float.MAX_VALUE, -100, 100, Float.MAX_VALUE, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY};
        Exponential.lend(exponential -> exponential.of(t, t.length));
        assertEquals(1, t[0]);
        for (int i = 1; i < t.length; i++) {
            assertTrue(t[i] > 0 && t[i] < 2e-38 || t[i] > 8e37 && t[i] < Float.POSITIVE_INFINITY, "" + t[i]);
        }
    }
}
