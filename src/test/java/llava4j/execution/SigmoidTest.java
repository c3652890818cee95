package llava4j.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SigmoidTest {

    private static final int COUNT = 2048;

    @Test
    void theRationalFormIsSigmaToAFloatsLastBits() {
        float[] x = new float[COUNT];
        for (int i = 0; i < COUNT; i++) {
            x[i] = -20 + 40f * i / (COUNT - 1);
        }
        float[] sigma = new float[COUNT];
        Sigmoid.sigma(x, sigma, COUNT);
        for (int i = 0; i < COUNT; i++) {
            assertEquals(1 / (1 + Math.exp(-(double) x[i])), sigma[i], 4e-7, "σ(" + x[i] + ")");
        }
    }

    @Test
    void farFromZeroItIsZeroOrOneAndNeverNoNumber() {
        float[] x = {-Float.MAX_VALUE, -100, 100, Float.MAX_VALUE, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY};
        float[] sigma = new float[x.length];
        Sigmoid.sigma(x, sigma, x.length);
        for (int i = 0; i < x.length; i++) {
            assertEquals(x[i] > 0 ? 1 : 0, sigma[i], 4e-7f, "σ(" + x[i] + ")");
        }
    }
}
