package llava4j.train;

/**
 * The learning rate over a run: a straight climb over the first steps, then half a cosine down to zero.
 *
 * <p>lr(t) = lr · t/w for t &lt; w, then lr · ½(1 + cos(π (t − w)/(n − w))), with w = ⌈0.03·n⌉ warm-up steps (paper,
 * appendix C). Adam's first steps rest on averages of very few gradients; the warm-up keeps them small. What one would get
 * wrong: the climb begins at 0, so in a run of one step, were that to climb, nothing would be learned.
 *
 * @param peak    the highest learning rate
 * @param steps   n, steps of the whole run
 * @param warmUp  share of the steps that climb
 */
public record CosineSchedule(double peak, int steps, double warmUp) {

    /**
     * {@return w, the steps that climb; the last step never does, so that a run of a single step learns}
     */
    public int climbing() {
        return Math.min((int) Math.ceil(warmUp * steps), steps - 1);
    }

    /**
     * {@return the rate of one step; the first step of a run that warms up has rate 0, as in the reference}
     *
     * @param step counted from 0
     */
    public double at(int step) {
        int climb = climbing();
        if (step < climb) {
            return peak * step / climb;
        }
        double progress = (double) (step - climb) / Math.max(1, steps - climb);
        return peak * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, progress)));
    }
}
