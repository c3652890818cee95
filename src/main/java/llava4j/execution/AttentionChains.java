package llava4j.execution;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import llava4j.execution.Chains.Chain;
import org.nd4j.linalg.api.ops.DynamicCustomOp;

/** Finds attention to a cache among the {@link Chains}: softmax(q [K_past; k]ᵀ + M) [V_past; v]. */
final class AttentionChains {

    /** [B, H, T, d]: tokens follow each other along this one. */
    private static final int TOKENS = 2;

    private final Chains chains;

    AttentionChains(Chains chains) {
        this.chains = chains;
    }

    void cached(int mixed) {
        Integer weights = chains.made("softmax", chains.input(mixed, 0));
        Integer masked = chains.made("add", chains.input(weights, 0));
        Integer scores = chains.made("matmul", chains.input(masked, 0));
        Integer keys = chains.made("concat", chains.input(scores, 1));
        Integer values = chains.made("concat", chains.input(mixed, 1));
        if (!chains.is("matmul", mixed) || !joined(keys) || !joined(values) || !Softmax.overLast(chains.step(weights))
                || !product(scores, 1) || !product(mixed, 0)) {
            return;
        }
        int[] inputs = {chains.input(scores, 0), chains.input(keys, 0), chains.input(keys, 1), chains.input(masked, 1),
                chains.input(values, 0), chains.input(values, 1)};
        chains.add(new Chain(new HashSet<>(List.of(mixed, weights, masked, scores, keys, values)), inputs, Set.of(chains.output(mixed, 0)), mixed,
                needed -> new CachedAttention(chains.step(mixed), inputs, chains.output(weights, 0))));
    }

    /** Whether two arrays are joined, one's tokens after the other's. */
    private boolean joined(Integer step) {
        return step != null && chains.step(step).inputs.length == 2 && chains.step(step).operation instanceof DynamicCustomOp join
                && join.iArgs().length == 1 && join.iArgs()[0] == TOKENS;
    }

    /** Whether it is a product a b, or a bᵀ. */
    private boolean product(int step, int secondTransposed) {
        long[] transposes = chains.step(step).transposes();
        return transposes[0] == 0 && transposes[1] == secondTransposed && transposes[2] == 0;
    }
}
