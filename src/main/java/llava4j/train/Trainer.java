package llava4j.train;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import llava4j.checkpoint.TensorBytes;
import llava4j.error.UserError;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The training loop: gradient, clip, step, again.
 *
 * <p>Everything that a later step depends on is in three places: the weights, Adam's moments, and the step number. These
 * are saved every {@link #SAVE_EVERY} steps, so that a run that was killed continues to the same weights, bit for bit.
 */
public final class Trainer {

    /** Steps between two saved states. */
    public static final int SAVE_EVERY = 100;

    private final TrainingPlan plan;
    private final Map<String, INDArray> trained;
    private final AdamW optimizer;
    private final Map<String, INDArray> weights;
    private final Map<String, String> others;
    private RunSettings settings;
    private final double[] losses;
    private int step;

    /**
     * A run at its first step.
     *
     * @param plan    steps, learning rate and the optimizer's settings
     * @param weights all parameters by name
     * @param trained names of those to change, in place; every other weight stays as it is
     * @param data    identifies what is trained on, for {@link #resume}
     */
    public Trainer(TrainingPlan plan, Map<String, INDArray> weights, List<String> trained, String data) {
        this(plan, weights, trained, Map.of("data", data));
    }

    /**
     * A run at its first step.
     *
     * @param plan    steps, learning rate and the optimizer's settings
     * @param weights all parameters by name
     * @param trained names of those to change, in place; every other weight stays as it is
     * @param others  what else decides the result, by name, for {@link #resume}
     */
    public Trainer(TrainingPlan plan, Map<String, INDArray> weights, List<String> trained, Map<String, String> others) {
        this.plan = plan;
        this.weights = weights;
        this.others = others;
        this.trained = new LinkedHashMap<>();
        trained.forEach(name -> this.trained.put(name, weights.get(name)));
        this.optimizer = new AdamW(this.trained, plan.beta1(), plan.beta2(), plan.weightDecay());
        this.losses = new double[plan.steps()];
    }

    /**
     * Continues where a saved run stood; starts afresh if nothing was saved.
     *
     * @param file as {@link #run} has written it
     * @throws UserError if the file is damaged, or of a run with another plan, data, model or number of processors; it
     *                   says which
     */
    public void resume(Path file) {
        Optional<TrainingState> saved = TrainingState.read(file, settings(), plan.steps(), trained);
        if (saved.isEmpty()) {
            return;
        }
        TrainingState state = saved.get();
        state.weights().forEach((name, array) -> trained.get(name).assign(array));
        optimizer.restore(state.moments(), state.step());
        System.arraycopy(state.losses(), 0, losses, 0, state.step());
        step = state.step();
    }

    /** What decides the result, the model as it is before its first step included: taken once, while it is that. */
    private RunSettings settings() {
        if (settings == null) {
            Map<String, String> all = new LinkedHashMap<>(others);
            all.put("model", "checksum " + TensorBytes.checksum(weights));
            settings = RunSettings.of(plan, all);
        }
        return settings;
    }

    /**
     * Trains to the end of the plan.
     *
     * @param objective gives loss and gradient of each step
     * @param listener  is told of each step
     * @param file      where the state is saved on the way, or {@code null}
     * @return the loss of each step
     * @throws UserError if a loss is not a number, and the last saved state is then of before; or if the process is asked
     *                   to end (Ctrl-C, kill), once the step is done and saved
     */
    public double[] run(Objective objective, TrainingListener listener, Path file) {
        return run(objective, listener, file, SAVE_EVERY);
    }

    /**
     * Trains to the end of the plan, saving as often as is asked.
     *
     * @param objective gives loss and gradient of each step
     * @param listener  is told of each step
     * @param file      where the state is saved on the way, or {@code null}
     * @param saveEvery steps between two saved states
     * @return the loss of each step
     * @throws UserError as {@link #run(Objective, TrainingListener, Path)} does
     */
    public double[] run(Objective objective, TrainingListener listener, Path file, int saveEvery) {
        if (file != null) {
            settings();
        }
        CosineSchedule schedule = plan.schedule();
        listener.onStart(Arrays.copyOf(losses, step));
        try (Stop stop = Stop.of(file)) {
            while (step < plan.steps()) {
                long started = System.nanoTime();
                double rate = schedule.at(step);
                Objective.Step now = objective.at(step);
                double norm = GradientClip.clip(now.gradients(), plan.clip());
                if (!Double.isFinite(now.loss()) || !Double.isFinite(norm)) {
                    throw UserError.of("step %d: the loss is %s and the gradient's length %s, with samples %s: "
                            + "lower the learning rate, or look at these samples", step + 1, now.loss(), norm,
                            shortened(now.sampleIds()));
                }
                optimizer.step(now.gradients(), name -> rate * plan.share(name));
                double seconds = (System.nanoTime() - started) / 1e9;
                losses[step++] = now.loss();
                boolean save = step % saveEvery == 0 || step == plan.steps() || stop.isAsked();
                if (file != null && save) {
                    new TrainingState(step, settings, trained, optimizer.state(), Arrays.copyOf(losses, step)).write(file);
                }
                listener.onStep(new StepReport(step, plan.steps(), now.loss(), now.tokens(), rate, norm, seconds));
                if (stop.isAsked() && save && step < plan.steps()) {
                    throw UserError.of("stopped after step %d of %d, which is saved in %s: go on with --resume", step,
                            plan.steps(), file);
                }
            }
        }
        return losses;
    }

    /** {@return the number of steps done} */
    public int step() {
        return step;
    }

    private static String shortened(List<String> ids) {
        return ids.size() <= 8 ? String.join(", ", ids)
                : String.join(", ", ids.subList(0, 8)) + " and " + (ids.size() - 8) + " more";
    }
}
