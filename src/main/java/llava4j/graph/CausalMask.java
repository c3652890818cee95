package llava4j.graph;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Who may look at whom: token t sees token s where s ≤ t and s is not padding.
 *
 * <p>Added to the attention scores, 0 where allowed and a large negative number elsewhere, so that the softmax gives
 * those exactly zero weight. What one would get wrong: −∞ makes a row of padding, which may see nothing, all NaN.
 */
public final class CausalMask {

    /** What is added to a score that is not to count: far below any score, yet finite in float32. */
    public static final float HIDDEN = -1e9f;

    private CausalMask() {
    }

    /**
     * The mask of a whole batch.
     *
     * @param attends [B][T] true for a token, false for padding, on either side
     * @return [B, 1, T, T]; entry (b, 0, t, s) is 0 where token t sees token s
     */
    public static INDArray of(boolean[][] attends) {
        int batch = attends.length;
        int length = attends[0].length;
        float[] values = new float[batch * length * length];
        int next = 0;
        for (boolean[] row : attends) {
            for (int t = 0; t < length; t++) {
                for (int s = 0; s < length; s++) {
                    values[next++] = s <= t && row[s] ? 0 : HIDDEN;
                }
            }
        }
        return Nd4j.create(values, new long[] {batch, 1, length, length}, DataType.FLOAT);
    }

    /**
     * The mask of tokens that come after a cache: each sees the cached tokens that are real, those that came with it and before
     * it, and itself.
     *
     * @param cached   [B][n] true for a token already in the cache, false for padding
     * @param capacity places in the cache; those from n on hold nothing yet
     * @param tokens   T, how many come in each row
     * @return [B, 1, T, capacity + T], the tokens themselves last
     */
    public static INDArray after(boolean[][] cached, int capacity, int tokens) {
        int width = capacity + tokens;
        float[] values = new float[cached.length * tokens * width];
        int next = 0;
        for (boolean[] row : cached) {
            for (int t = 0; t < tokens; t++) {
                for (int s = 0; s < width; s++) {
                    boolean seen = s < row.length ? row[s] : s >= capacity && s - capacity <= t;
                    values[next++] = seen ? 0 : HIDDEN;
                }
            }
        }
        return Nd4j.create(values, new long[] {cached.length, 1, tokens, width}, DataType.FLOAT);
    }
}
