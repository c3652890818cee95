package llava4j.graph;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Scaled dot-product attention, the one step in which tokens look at each other: softmax(Q Kᵀ / √d + M) V.
 *
 * <p>The encoder uses it without a mask (every patch sees every patch), the decoder with a causal one. M is added before
 * the softmax: 0 where a token may look, a large negative number where it may not. What one would get wrong: a mask
 * multiplied in after the softmax leaves rows that do not sum to one.
 */
public final class Attention {

    private Attention() {
    }

    /**
     * Splits a token's features into heads.
     *
     * @param x        [B*T, H*d]
     * @param batch    B, fixed in the graph; T is found at run time
     * @param heads    H
     * @param headSize d
     * @return [B, H, T, d]
     */
    public static SDVariable splitHeads(SDVariable x, int batch, int heads, int headSize) {
        SameDiff graph = x.getSameDiff();
        // [B*T, H*d] -> [B, T, H, d] -> [B, H, T, d]
        return graph.permute(graph.reshape(x, batch, -1, heads, headSize), 0, 2, 1, 3);
    }

    /**
     * Splits a token's features into heads where the number of rows is found at run time and their length is not: queries
     * and latents, of which every picture has as many.
     *
     * @param x        [N*T, H*d]
     * @param length   T, fixed in the graph
     * @param heads    H
     * @param headSize d
     * @return [N, H, T, d]
     */
    public static SDVariable splitHeadsOfEach(SDVariable x, int length, int heads, int headSize) {
        SameDiff graph = x.getSameDiff();
        // [N*T, H*d] -> [N, T, H, d] -> [N, H, T, d]
        return graph.permute(graph.reshape(x, -1, length, heads, headSize), 0, 2, 1, 3);
    }

    /**
     * Joins the heads again.
     *
     * @param x        [B, H, T, d]
     * @param heads    H
     * @param headSize d
     * @return [B*T, H*d]
     */
    public static SDVariable joinHeads(SDVariable x, int heads, int headSize) {
        SameDiff graph = x.getSameDiff();
        // [B, H, T, d] -> [B, T, H, d] -> [B*T, H*d]
        return graph.reshape(graph.permute(x, 0, 2, 1, 3), -1, heads * headSize);
    }

    /**
     * Each query's weighted mean of the values.
     *
     * @param q        [B, H, T, d]
     * @param k        [B, H, S, d]
     * @param v        [B, H, S, d]
     * @param mask     [B, 1, T, S], added to the scores, or {@code null} where everything is seen
     * @param headSize d, whose root divides the scores
     * @return [B, H, T, d]
     */
    public static SDVariable attend(SDVariable q, SDVariable k, SDVariable v, SDVariable mask, int headSize) {
        // [B, H, T, S] x [B, H, S, d] -> [B, H, T, d]
        return q.getSameDiff().mmul(weights(q, k, mask, headSize), v);
    }

    /**
     * How much each query takes from each value, softmax(Q Kᵀ / √d + M).
     *
     * @param q        [B, H, T, d]
     * @param k        [B, H, S, d]
     * @param mask     [B, 1, T, S], added to the scores, or {@code null} where everything is seen
     * @param headSize d, whose root divides the scores
     * @return [B, H, T, S], rows that add up to one
     */
    public static SDVariable weights(SDVariable q, SDVariable k, SDVariable mask, int headSize) {
        SameDiff graph = q.getSameDiff();
        // [B, H, T, d] x [B, H, S, d]ᵀ -> [B, H, T, S]
        SDVariable scores = graph.mmul(q.mul(1 / Math.sqrt(headSize)), k, false, true, false);
        return graph.nn().softmax(mask == null ? scores : scores.add(mask), -1);
    }
}
