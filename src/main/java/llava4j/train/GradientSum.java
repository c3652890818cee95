package llava4j.train;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import llava4j.execution.KeptContext;
import llava4j.execution.Threads;
import llava4j.model.LossGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;

/**
 * L = Σ n_k L_k / Σ n_k with n_k scored tokens in part k, and the gradient likewise, part by part in the order in which they are
 * given: g ← g + n_k / Σ n_k · g_k, for each parameter.
 *
 * <p>What one would get wrong: ND4J makes a native context for each addition that it is not given one for, and a long run's
 * memory grows by them.
 */
public final class GradientSum {

    private static final DynamicCustomOp ADD = DynamicCustomOp.builder("add").build();

    private final Map<String, KeptContext> sums = new ConcurrentHashMap<>();

    /** Nothing is kept but the native contexts of the additions. */
    public GradientSum() {
    }

    /**
     * Adds a part's gradient in place, weighted by its scored tokens: n_k / Σ n_k.
     *
     * @param total by name; may be the part's own arrays, which are then only scaled
     * @param part  loss and gradient of n_k scored tokens; its arrays are scaled in place
     * @param all   Σ n_k, the scored tokens of all parts
     * @return what the part adds to the loss, weighted alike
     */
    public double add(Map<String, INDArray> total, LossGraph.Gradients part, long all) {
        double share = (double) part.supervised() / all;
        Threads.share(part.byName(), (name, gradient) -> {
            gradient.muli(share);
            if (gradient != total.get(name)) {
                sums.computeIfAbsent(name, n -> new KeptContext()).run(ADD,
                        new INDArray[] {total.get(name), gradient}, new INDArray[] {total.get(name)});
            }
        });
        return share * part.loss();
    }
}
