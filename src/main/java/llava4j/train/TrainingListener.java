package llava4j.train;

/** Is told of each step; what it does with it (a progress bar, a curve) is no concern of training. */
@FunctionalInterface
public interface TrainingListener {

    /**
     * @param step   steps done
     * @param steps  steps of the whole run
     * @param loss   mean loss of the supervised tokens of this batch
     * @param tokens supervised and other tokens of this batch, padding not counted
     */
    void onStep(int step, int steps, double loss, int tokens);

    /**
     * Is told of all there is to a step; most ask for no more than {@link #onStep(int, int, double, int)} tells.
     *
     * @param done the step
     */
    default void onStep(StepReport done) {
        onStep(done.step(), done.steps(), done.loss(), done.tokens());
    }

    /**
     * Is told before the first step.
     *
     * @param losses of the steps done before: none, or as many as a run that was stopped had saved
     */
    default void onStart(double[] losses) {
    }
}
