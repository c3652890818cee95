package llava4j.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import llava4j.error.UserError;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The training loop: gradient, clip, step, again.
 *
 * <p>Everything that a later step depends on is in three places: the weights, Adam's moments, and the step number. A
 * {@link TrainingState} saves these three, so that a run killed at any moment continues to the same weights, bit for bit.
 */
public final class Trainer {

    private final TrainingPlan plan;
    private final Map<String, INDArray> trained;
    private final AdamW optimizer;
    private int step;

    /** @param trained the parameters to change, in place; every other weight stays as it is */
    public Trainer(TrainingPlan plan, Map<String, INDArray> trained) {
        this.plan = plan;
        this.trained = new LinkedHashMap<>(trained);
        this.optimizer = new AdamW(this.trained, plan.beta1(), plan.beta2(), plan.weightDecay());
    }

    /** Continues where a saved run stood. */
    public void resume(TrainingState state) {
        state.weights().forEach((name, saved) -> trained.get(name).assign(saved));
        optimizer.restore(state.moments(), state.step());
        step = state.step();
    }

    /** What must be saved now to continue from here. */
    public TrainingState state() {
        return new TrainingState(step, trained, optimizer.state());
    }

    /**
     * Trains up to step {@code until}, or the plan's end if that is earlier.
     *
     * @throws UserError if a loss is not a number; the weights are then those before the step
     */
    public void run(int until, Objective objective, TrainingListener listener) {
        CosineSchedule schedule = new CosineSchedule(plan.learningRate(), plan.steps(), plan.warmUp());
        for (int end = Math.min(until, plan.steps()); step < end; ) {
            Objective.Step now = objective.at(step);
            double norm = GradientClip.clip(now.gradients(), plan.clip());
            if (!Double.isFinite(now.loss()) || !Double.isFinite(norm)) {
                throw UserError.of("step %d: the loss is %s and the gradient's length %s, with samples %s: "
                        + "lower the learning rate, or look at these samples", step + 1, now.loss(), norm,
                        shortened(now.sampleIds()));
            }
            optimizer.step(now.gradients(), schedule.at(step));
            step++;
            listener.onStep(step, plan.steps(), now.loss(), now.tokens());
        }
    }

    /** Steps done. */
    public int step() {
        return step;
    }

    private static String shortened(List<String> ids) {
        return ids.size() <= 8 ? String.join(", ", ids)
                : String.join(", ", ids.subList(0, 8)) + " and " + (ids.size() - 8) + " more";
    }
}
