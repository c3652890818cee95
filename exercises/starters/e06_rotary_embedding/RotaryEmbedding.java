package e06_rotary_embedding;

/** Exercise 06: position as rotation. The page beside this file says how. */
public final class RotaryEmbedding {

    private RotaryEmbedding() {
    }

    /**
     * Turns each pair (i, i + d/2) by position * base^(-2i/d).
     *
     * @param x        [d], one head's query or key; left as it is
     * @param position 0 for the first token
     * @param base     10000 for LLaMA
     * @return [d], a new array
     */
    public static double[] rotate(double[] x, int position, double base) {
        throw new UnsupportedOperationException("exercise 06: turn the pairs");
    }
}
