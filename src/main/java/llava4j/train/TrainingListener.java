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
}
