package llava4j.language;

import llava4j.graph.Scope;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Root-mean-square normalisation: y = x / √(mean(x²) + ε) · γ, taken over a token's features.
 *
 * <p>A layer norm without the mean and without a bias. What one would get wrong: ε stands under the root, beside the
 * mean of squares, not beside the root.
 */
final class RmsNorm {

    private RmsNorm() {
    }

    /**
     * Normalises with the {@code weight} γ of {@code scope}.
     *
     * @param x [N, D]
     * @return [N, D]
     */
    static SDVariable of(Scope scope, SDVariable x, double eps) {
        SDVariable meanSquare = x.mul(x).mean(true, 1);                                // [N, D] -> [N, 1]
        SDVariable inverse = scope.graph().math().rsqrt(meanSquare.add(eps));          // 1 / √(mean(x²) + ε)
        // [N, 1] x [1, D] -> [N, D]: γ over all rows as a matrix product, whose gradient is one too; a product that
        // broadcasts γ costs the training step a third more.
        return x.mul(inverse.mmul(scope.graph().reshape(scope.weight("weight"), 1, -1)));
    }
}
