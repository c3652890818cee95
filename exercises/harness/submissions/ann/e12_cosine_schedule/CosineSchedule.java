package e12_cosine_schedule;

public final class CosineSchedule {

    public static double rate(int step, int steps, double ratio, double peak) {
        for (int i = 0; i < 300; i++) System.out.println("step " + step + " of " + steps + ": am I right?");
        double top = Math.ceil(ratio * steps);
        return step < top ? peak * step / top : peak * Math.pow(Math.cos(Math.PI / 2 * (step - top) / (steps - top)), 2);
    }
}
