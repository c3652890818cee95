package llava4j.language;

import llava4j.graph.Linear;
import llava4j.graph.Scope;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * LLaMA's feed-forward part: W_down (silu(W_gate x) ∘ W_up x), with silu(x) = x·σ(x).
 *
 * <p>What one would get wrong: the activation goes on the gate, not on the other branch.
 */
final class SwiGlu {

    private SwiGlu() {
    }

    /**
     * @param scope {@code ...mlp}
     * @param x     [N, D]
     * @return [N, D]
     */
    static SDVariable of(Scope scope, SDVariable x) {
        SDVariable gate = scope.graph().nn().swish(Linear.of(scope.at("gate_proj"), x));    // [N, D] -> [N, F]
        SDVariable up = Linear.of(scope.at("up_proj"), x);                                  // [N, D] -> [N, F]
        return Linear.of(scope.at("down_proj"), gate.mul(up));                              // [N, F] -> [N, D]
    }
}
