package llava4j.train;

import java.util.HashMap;
import java.util.Map;
import llava4j.execution.KeptContext;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;

/**
 * g ← g + share · part, for each parameter.
 *
 * <p>What one would get wrong: ND4J makes a native context for each addition that it is not given one for, and a long run's
 * memory grows by them.
 */
public final class GradientSum {

    private static final DynamicCustomOp ADD = DynamicCustomOp.builder("add").build();

    private final Map<String, KeptContext> sums = new HashMap<>();

    /** Nothing is kept but the native contexts of the additions. */
    public GradientSum() {
    }

    /**
     * Adds in place.
     *
     * @param total by name; may be {@code part} itself, which is then only scaled
     * @param part  by name; is scaled in place
     * @param share of the scored tokens
     */
    public void add(Map<String, INDArray> total, Map<String, INDArray> part, double share) {
        part.forEach((name, gradient) -> {
            gradient.muli(share);
            if (gradient != total.get(name)) {
                sums.computeIfAbsent(name, n -> new KeptContext()).run(ADD,
                        new INDArray[] {total.get(name), gradient}, new INDArray[] {total.get(name)});
            }
        });
    }
}
