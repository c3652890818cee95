package llava4j.graph;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Layer normalisation: y = (x − μ) / √(σ² + ε) · γ + β, mean and variance taken over a token's features.
 *
 * <p>Composed, not SameDiff's own {@code layerNorm} op, because that one has no ε to set and a checkpoint fixes it. The
 * variance is the biased one (divided by D).
 */
public final class LayerNorm {

    private LayerNorm() {
    }

    /**
     * Normalises with the {@code weight} γ and {@code bias} β of {@code scope}.
     *
     * @param scope holds both
     * @param x     [N, D]
     * @param eps   ε
     * @return [N, D]
     */
    public static SDVariable of(Scope scope, SDVariable x, double eps) {
        SDVariable centred = x.sub(x.mean(true, 1));                                   // x − μ
        SDVariable variance = centred.mul(centred).mean(true, 1);                      // [N, D] -> [N, 1]
        SDVariable inverse = scope.graph().math().rsqrt(variance.add(eps));            // 1 / √(σ² + ε)
        // The outer product [N, 1] x [1, D] -> [N, D] spreads γ over the rows; its gradient is a matrix product too,
        // which is faster than the sum over rows that a broadcast product needs.
        SDVariable gain = inverse.mmul(scope.graph().reshape(scope.weight("weight"), 1, -1));
        return centred.mul(gain).add(scope.weight("bias"));
    }
}
