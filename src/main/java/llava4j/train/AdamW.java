package llava4j.train;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import llava4j.execution.KeptContext;
import llava4j.execution.Threads;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.impl.updaters.AdamUpdater;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Adam with decoupled weight decay, equal to {@code torch.optim.AdamW}.
 *
 * <p>m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², θ ← θ − lr·λ·θ − lr · m̂ / (√v̂ + ε), with m̂ = m/(1−β₁ᵗ), v̂ = v/(1−β₂ᵗ).
 * What one would get wrong: ND4J's fused op adds ε to √v, not to √v̂; it is given ε·√(1−β₂ᵗ), which makes both equal.
 */
public final class AdamW {

    private static final double EPSILON = 1e-8;
    private static final DynamicCustomOp SUBTRACT = DynamicCustomOp.builder("subtract").build();

    private final double beta1;
    private final double beta2;
    private final double weightDecay;
    private final Map<String, INDArray> weights;
    private final Map<String, INDArray> m = new LinkedHashMap<>();
    private final Map<String, INDArray> v = new LinkedHashMap<>();
    private final Map<String, KeptContext> updates = new HashMap<>();
    private final Map<String, KeptContext> differences = new HashMap<>();
    private int steps;

    /**
     * Begins with both moments at zero.
     *
     * @param weights     the arrays that are changed in place, by name
     * @param beta1       β₁, the memory of the mean
     * @param beta2       β₂, the memory of the square
     * @param weightDecay λ, 0 for none
     */
    public AdamW(Map<String, INDArray> weights, double beta1, double beta2, double weightDecay) {
        this.weights = weights;
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.weightDecay = weightDecay;
    }

    /**
     * One step downhill.
     *
     * @param gradients by parameter name; they are overwritten
     * @param rate      the learning rate of this step
     */
    public void step(Map<String, INDArray> gradients, double rate) {
        step(gradients, name -> rate);
    }

    /**
     * One step downhill, for each parameter at its own rate: the "parameter groups" of PyTorch.
     *
     * @param gradients by parameter name; they are overwritten
     * @param rates     the learning rate of this step, by parameter name
     */
    public void step(Map<String, INDArray> gradients, ToDoubleFunction<String> rates) {
        steps++;
        double epsilon = EPSILON * Math.sqrt(1 - Math.pow(beta2, steps));
        makeReady(gradients.keySet());
        Threads.share(gradients, (name, gradient) -> {
            INDArray weight = weights.get(name);
            double rate = rates.applyAsDouble(name);
            if (weightDecay > 0) {
                weight.muli(1 - rate * weightDecay);
            }
            // Overwrites the gradient with lr · m̂ / (√v̂ + ε); its step count starts at 0
            INDArray[] changed = {gradient, v.get(name), m.get(name)};
            updates.get(name).run(new AdamUpdater(gradient, changed[1], changed[2], rate, beta1, beta2, epsilon, steps - 1),
                    changed, changed);
            differences.get(name).run(SUBTRACT, new INDArray[] {weight, gradient}, new INDArray[] {weight});
        });
    }

    /** Moments that are zero, where there are none yet, and the operations' contexts. */
    private void makeReady(Set<String> names) {
        for (String name : names) {
            long[] shape = weights.get(name).shape();
            m.computeIfAbsent(name, n -> Nd4j.zeros(DataType.FLOAT, shape));
            v.computeIfAbsent(name, n -> Nd4j.zeros(DataType.FLOAT, shape));
            updates.computeIfAbsent(name, n -> new KeptContext());
            differences.computeIfAbsent(name, n -> new KeptContext());
        }
    }

    /** {@return steps taken, t} */
    public int steps() {
        return steps;
    }

    /**
     * {@return both moments, as {@code m.NAME} and {@code v.NAME}: what a run must save to continue as if never
     * stopped}
     */
    public Map<String, INDArray> state() {
        Map<String, INDArray> state = new LinkedHashMap<>();
        m.forEach((name, array) -> state.put("m." + name, array));
        v.forEach((name, array) -> state.put("v." + name, array));
        return state;
    }

    /**
     * Takes up the moments and the count of a saved run.
     *
     * @param state      as {@link #state} gives it; not copied
     * @param stepsTaken t of that run
     */
    public void restore(Map<String, INDArray> state, int stepsTaken) {
        state.forEach((key, array) -> (key.startsWith("m.") ? m : v).put(key.substring(2), array));
        steps = stepsTaken;
    }
}
