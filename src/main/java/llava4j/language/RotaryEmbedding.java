package llava4j.language;

import llava4j.graph.Scope;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Rotary position embedding: each pair of a head's features is turned by an angle that grows with the token's position.
 *
 * <p>For position t and pair i the angle is t·θ^(−2i/d). The dot product of a query at t and a key at s then depends on
 * t − s alone: attention sees distances, not places (Su et al. 2021). What one would get wrong: LLaMA checkpoints pair
 * feature i with feature i + d/2 ("rotate half"), not with its neighbour i + 1; the other pairing gives fluent nonsense.
 *
 * <p>rope(x) = x ∘ C + (x R) ∘ S, where C and S hold cosines and sines and R is the signed permutation that maps
 * (x₁, x₂) to (−x₂, x₁). Written so, the rotation is a matrix product and two products of equal shapes, three times as
 * fast in SameDiff as slicing, negating and joining.
 */
public final class RotaryEmbedding {

    private final SDVariable cos;
    private final SDVariable sin;
    private final int headSize;

    /**
     * @param cos [B, H, T, d], from {@link #cosines}
     * @param sin [B, H, T, d], from {@link #sines}
     */
    RotaryEmbedding(SDVariable cos, SDVariable sin, int headSize) {
        this.cos = cos;
        this.sin = sin;
        this.headSize = headSize;
    }

    /**
     * Turns queries or keys.
     *
     * @param scope names the constant R of this use
     * @param x     [B, H, T, d]
     * @return [B, H, T, d]
     */
    SDVariable rotate(Scope scope, SDVariable x, int batch, int heads) {
        SameDiff graph = scope.graph();
        SDVariable halfTurn = scope.constant("half_turn", halfTurn(headSize));
        // [B, H, T, d] -> [B*H*T, d] x [d, d] -> [B, H, T, d]
        SDVariable turned = graph.reshape(graph.reshape(x, -1, headSize).mmul(halfTurn), batch, heads, -1, headSize);
        return x.mul(cos).add(turned.mul(sin));
    }

    /** R: [d, d], so that (x₁, x₂) R = (−x₂, x₁) for the two halves of a head. */
    static INDArray halfTurn(int headSize) {
        float[][] r = new float[headSize][headSize];
        for (int i = 0; i < headSize / 2; i++) {
            r[i + headSize / 2][i] = -1;
            r[i][i + headSize / 2] = 1;
        }
        return Nd4j.createFromArray(r);
    }

    /**
     * C: the cosine of every feature's angle, once for each head.
     *
     * @param positions [B][T] place of each token in its row
     * @param heads     H, or Hkv for keys
     * @param headSize  width of one head, even
     * @param theta     base of the frequencies, 10,000 for LLaMA
     * @return [B, heads, T, headSize]
     */
    public static INDArray cosines(int[][] positions, int heads, int headSize, double theta) {
        return table(positions, heads, headSize, theta, Math::cos);
    }

    /**
     * {@return S, the sine of every feature's angle, [B, heads, T, headSize]}
     *
     * @param positions [B][T] place of each token in its row
     * @param heads     H, or Hkv for keys
     * @param headSize  width of one head, even
     * @param theta     base of the frequencies, 10,000 for LLaMA
     */
    public static INDArray sines(int[][] positions, int heads, int headSize, double theta) {
        return table(positions, heads, headSize, theta, Math::sin);
    }

    private static INDArray table(int[][] positions, int heads, int headSize, double theta,
                                  java.util.function.DoubleUnaryOperator function) {
        int batch = positions.length;
        int length = positions[0].length;
        float[] frequencies = new float[headSize];
        for (int i = 0; i < headSize; i++) {
            // Both features of a pair turn by position · θ^(−2i/d); float32, as the reference computes it
            frequencies[i] = (float) (1.0 / Math.pow(theta, 2.0 * (i % (headSize / 2)) / headSize));
        }
        // Every row of a batch has much the same positions: each one's angles are found once
        int most = java.util.Arrays.stream(positions).flatMapToInt(java.util.Arrays::stream).max().orElse(0);
        float[][] known = new float[most + 1][];
        float[] values = new float[batch * heads * length * headSize];
        int next = 0;
        for (int[] row : positions) {
            int first = next;
            for (int position : row) {
                if (known[position] == null) {
                    known[position] = at(position, frequencies, function);
                }
                System.arraycopy(known[position], 0, values, next, headSize);
                next += headSize;
            }
            int size = next - first;
            for (int head = 1; head < heads; head++, next += size) {
                System.arraycopy(values, first, values, next, size);
            }
        }
        return Nd4j.create(values, new long[] {batch, heads, length, headSize}, DataType.FLOAT);
    }

    private static float[] at(int position, float[] frequencies, java.util.function.DoubleUnaryOperator function) {
        float[] turned = new float[frequencies.length];
        for (int i = 0; i < turned.length; i++) {
            turned[i] = (float) function.applyAsDouble(position * frequencies[i]);
        }
        return turned;
    }
}
