package llava4j.graph;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * The linear map y = x Wᵀ + b, with W stored as [out, in] as PyTorch stores it.
 *
 * <p>What one would get wrong: multiplying by W as it lies. The transpose is a flag of the matrix product, so nothing is
 * copied; the input must be two-dimensional, since SameDiff's product takes no 3-D by 2-D pair.
 */
public final class Linear {

    private Linear() {
    }

    /**
     * Adds the map whose {@code weight} (and {@code bias}, if there is one) lie in {@code scope}. Where an adapter lies
     * beside them, its low-rank path is added too.
     *
     * @param scope holds {@code weight} [out, in], perhaps {@code bias} [out], perhaps what {@link LowRankPath} reads
     * @param x     [N, in]
     * @return [N, out]
     */
    public static SDVariable of(Scope scope, SDVariable x) {
        // [N, in] -> [N, out]
        SDVariable y = scope.graph().mmul(x, scope.weight("weight"), false, true, false);
        y = scope.has("bias") ? y.add(scope.weight("bias")) : y;
        return LowRankPath.lies(scope) ? y.add(LowRankPath.of(scope, x)) : y;
    }
}
