package llava4j.graph;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * The elementwise nonlinearities by their names in {@code config.json}.
 *
 * <p>What one would get wrong: "gelu" means three things. {@code quick_gelu} is x·σ(1.702x), which OpenAI's CLIP was
 * trained with and which SameDiff calls {@code gelu}; {@code gelu} of a Hugging Face config is the exact x·Φ(x), which
 * SameDiff does not have as one op ({@code preciseGelu} is the tanh approximation). {@code relu}, max(x, 0), is the cheapest
 * by far: half of the others' time goes into their exponentials.
 */
public final class Activation {

    private Activation() {
    }

    /**
     * Applies the activation called {@code name}; the shape stays.
     *
     * @param name as in {@code config.json}
     * @param x    of any shape
     * @return the same shape
     * @throws IllegalArgumentException for a name that is not {@code quick_gelu}, {@code gelu} or {@code relu}
     */
    public static SDVariable of(String name, SDVariable x) {
        return switch (name) {
            case "quick_gelu" -> x.getSameDiff().nn().gelu(x);
            case "gelu" -> gelu(x);
            case "relu" -> x.getSameDiff().nn().relu(x, 0);
            default -> throw new IllegalArgumentException("unknown activation " + name);
        };
    }

    /** x·Φ(x) = x/2 · (1 + erf(x/√2)). */
    private static SDVariable gelu(SDVariable x) {
        SameDiff graph = x.getSameDiff();
        return x.mul(0.5).mul(graph.math().erf(x.mul(1 / Math.sqrt(2))).add(1.0));
    }
}
