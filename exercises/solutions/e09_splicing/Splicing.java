package e09_splicing;

import java.util.ArrayList;
import java.util.List;

/** Solution of exercise 09. */
public final class Splicing {

    /** The id that marks the place of a picture. */
    public static final int IMAGE = -200;

    /** The label of a place that is not scored. */
    public static final int IGNORE = -100;

    private Splicing() {
    }

    /** [T], [V, D], pictures x [P, D] -> [T', D]. */
    public static double[][] rows(int[] ids, double[][] table, double[][][] images) {
        List<double[]> rows = new ArrayList<>();
        int used = 0;
        for (int id : ids) {
            if (id != IMAGE) {
                rows.add(table[id]);
                continue;
            }
            if (used == images.length) {
                throw new IllegalArgumentException("more <image> marks than pictures (" + images.length + ")");
            }
            rows.addAll(List.of(images[used++]));
        }
        if (used < images.length) {
            throw new IllegalArgumentException(images.length + " pictures but " + used + " <image> marks");
        }
        return rows.toArray(new double[0][]);
    }

    /** [T], [T], pictures -> [T']. */
    public static int[] labels(int[] ids, int[] labels, int[] patches) {
        List<Integer> stretched = new ArrayList<>();
        int used = 0;
        for (int t = 0; t < ids.length; t++) {
            if (ids[t] != IMAGE) {
                stretched.add(labels[t]);
                continue;
            }
            for (int p = 0; p < patches[used]; p++) {
                stretched.add(IGNORE);
            }
            used++;
        }
        return stretched.stream().mapToInt(Integer::intValue).toArray();
    }
}
