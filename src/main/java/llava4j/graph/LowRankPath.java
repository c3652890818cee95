package llava4j.graph;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * The path that LoRA adds beside a frozen linear map: y = W x + s · B (A x), with A [r, in], B [out, r] and r small (Hu et
 * al. 2021, "LoRA: Low-Rank Adaptation of Large Language Models").
 *
 * <p>W does not learn; A and B do, and have r (in + out) parameters instead of in · out. B begins at zero, so that the model
 * begins as it was, and A gets no gradient in the first step: it comes through B. What one would get wrong: dropout is put
 * on the input of this path alone, and in training alone; W sees the whole of x.
 */
public final class LowRankPath {

    /** Name of A, beside {@code weight}. */
    public static final String A = "lora_A.weight";
    /** Name of B, beside {@code weight}. */
    public static final String B = "lora_B.weight";
    /** Name of s, a single number that is not learned. */
    public static final String SCALE = "lora_scale";

    private LowRankPath() {
    }

    static boolean lies(Scope scope) {
        return scope.has(A);
    }

    /**
     * @param scope holds A, B and s
     * @param x     [N, in]
     * @return s · B (A x), [N, out]
     */
    static SDVariable of(Scope scope, SDVariable x) {
        SDVariable a = scope.weight(A);
        SDVariable seen = scope.dropsOut() ? x.mul(scope.placeholder(Dropout.MASK, -1, a.getShape()[1])) : x;
        SDVariable inner = scope.graph().mmul(seen, a, false, true, false);                       // [N, in] -> [N, r]
        // Scaled here, where the rows are short
        return scope.graph().mmul(inner.mul(scope.number(SCALE)), scope.weight(B), false, true, false); // [N, r] -> [N, out]
    }
}
