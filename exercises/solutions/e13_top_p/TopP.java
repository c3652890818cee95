package e13_top_p;

import java.util.Arrays;
import java.util.Comparator;

/** Solution of exercise 13. */
public final class TopP {

    private TopP() {
    }

    /** [V] -> [V]. */
    public static double[] nucleus(double[] logits, double temperature, double p) {
        double largest = Arrays.stream(logits).max().orElseThrow();
        double[] likely = Arrays.stream(logits).map(z -> Math.exp((z - largest) / temperature)).toArray();
        double total = Arrays.stream(likely).sum();
        Integer[] order = new Integer[logits.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, Comparator.comparingDouble(i -> -likely[i]));
        double[] kept = new double[logits.length];
        double sum = 0;
        for (int i : order) {
            if (sum >= p * total) {
                break;
            }
            kept[i] = likely[i];
            sum += likely[i];
        }
        for (int i = 0; i < kept.length; i++) {
            kept[i] /= sum;
        }
        return kept;
    }

    /** [V] -> a token. */
    public static int draw(double[] probabilities, double u) {
        double sum = 0;
        int last = 0;
        for (int i = 0; i < probabilities.length; i++) {
            sum += probabilities[i];
            if (sum > u) {
                return i;
            }
            last = probabilities[i] > 0 ? i : last;
        }
        return last;
    }
}
