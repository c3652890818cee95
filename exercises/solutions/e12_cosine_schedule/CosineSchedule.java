package e12_cosine_schedule;

/** Solution of exercise 12. */
public final class CosineSchedule {

    private CosineSchedule() {
    }

    /** The learning rate of a step. */
    public static double rate(int step, int steps, double ratio, double peak) {
        int climb = (int) Math.ceil(ratio * steps);
        if (step < climb) {
            return peak * step / climb;
        }
        double progress = (double) (step - climb) / (steps - climb);
        return peak * (1 + Math.cos(Math.PI * progress)) / 2;
    }
}
