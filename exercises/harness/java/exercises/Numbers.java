package exercises;

import java.util.Random;

/**
 * The numbers that the tests draw: other ones for each student ({@code -Dstudent=NAME}), the same at each run.
 *
 * <p>All have one or two decimals, so that a message can be checked by hand.
 */
public final class Numbers {

    private final Random random;

    private Numbers(long seed) {
        random = new Random(seed);
    }

    /** The numbers of one test of one exercise for the student of this run. */
    public static Numbers of(String test) {
        String student = System.getProperty("student", "").strip();
        return new Numbers((student + "/" + test).hashCode() * 2654435761L);
    }

    /** A whole number from {@code low} to {@code high}, both included. */
    public int whole(int low, int high) {
        return low + random.nextInt(high - low + 1);
    }

    /** A number between -2 and 2 with one decimal, never 0. */
    public double next() {
        double x = whole(1, 20) / 10.0;
        return random.nextBoolean() ? x : -x;
    }

    /** [n] */
    public double[] vector(int n) {
        double[] v = new double[n];
        for (int i = 0; i < n; i++) {
            v[i] = next();
        }
        return v;
    }

    /** [rows, columns] */
    public double[][] matrix(int rows, int columns) {
        double[][] m = new double[rows][];
        for (int i = 0; i < rows; i++) {
            m[i] = vector(columns);
        }
        return m;
    }
}
