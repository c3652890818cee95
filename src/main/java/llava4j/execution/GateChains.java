package llava4j.execution;

import java.util.Set;
import llava4j.execution.Chains.Chain;

/** Finds SwiGLU's gates among the {@link Chains}: y = silu(a) ∘ b, and its gradient. */
final class GateChains {

    private final Chains chains;

    GateChains(Chains chains) {
        this.chains = chains;
    }

    /** y = multiply(swish(a), b). */
    void product(int y) {
        Integer swish = chains.made("swish", chains.input(y, 0));
        if (!chains.is("multiply", y) || swish == null) {
            return;
        }
        int[] inputs = {chains.input(swish, 0), chains.input(y, 1)};
        chains.add(new Chain(Set.of(y, swish), inputs, Set.of(chains.output(y, 0)), y,
                needed -> new SwishProduct(chains.step(y), inputs)));
    }

    /** da = (g ∘ b) ∘ swish'(a), db = g ∘ swish(a). */
    void gradient(int ofProduct) {
        Integer swish = chains.made("swish", chains.input(ofProduct, 0));
        Integer last = chains.reader("multiply", chains.output(ofProduct, 0));
        Integer derivative = chains.made("_swishderivative", chains.other(last, chains.output(ofProduct, 0)));
        if (swish == null || !chains.is("multiply_bp", ofProduct) || !chains.reads(derivative, chains.input(swish, 0))) {
            return;
        }
        int[] inputs = {chains.input(swish, 0), chains.input(ofProduct, 1), chains.input(ofProduct, 2)};
        int[] outputs = {chains.output(last, 0), chains.output(ofProduct, 1)};
        Set<Integer> members = Set.of(ofProduct, derivative, last);
        chains.add(new Chain(members, inputs, Set.of(outputs[0], outputs[1]), chains.place(members, inputs),
                needed -> new SwishProductGradient(chains.step(last), inputs, outputs)));
    }
}
