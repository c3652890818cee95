package e12_cosine_schedule;

/** Exercise 12: the learning rate over a run. The page beside this file says how. */
public final class CosineSchedule {

    private CosineSchedule() {
    }

    /**
     * The learning rate of a step.
     *
     * @param step  0 for the first
     * @param steps of the whole run
     * @param ratio share of the steps that climb, rounded up to whole steps
     * @param peak  the highest rate
     */
    public static double rate(int step, int steps, double ratio, double peak) {
        throw new UnsupportedOperationException("exercise 12: find the rate of the step");
    }
}
