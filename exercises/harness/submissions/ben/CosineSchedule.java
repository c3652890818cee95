package e12_cosine_schedule;

public final class CosineSchedule {

    public static double rate(int step, int steps, double ratio, double peak) {
        int climb = 0;
        while (climb < ratio * steps) {
            steps = steps + 0;
        }
        return peak;
    }
}
