package exercises;

import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.Locale;
import java.util.StringJoiner;
import org.junit.jupiter.api.Assertions;

/** Assertions on numbers, vectors and matrices that say where the first difference is. */
public final class Check {

    private Check() {
    }

    /** Fails unless {@code actual} has the shape of {@code expected} and every number within {@code tolerance}. */
    public static void same(String what, Object expected, Object actual, double tolerance) {
        shape(what, expected, actual);
        compare(what, "", expected, actual, tolerance);
    }

    /** Fails unless {@code actual} has the shape of {@code expected}. */
    public static void shape(String what, Object expected, Object actual) {
        if (actual == null) {
            Assertions.fail(what + " is null: return an array");
        }
        if (!shapeOf(expected).equals(shapeOf(actual))) {
            Assertions.fail(what + " has shape " + shapeOf(actual) + ", should be " + shapeOf(expected));
        }
    }

    /** Fails with {@code message} when {@code actual} is what a known mistake gives. */
    public static void not(Object mistake, Object actual, String message) {
        if (actual != null && shapeOf(mistake).equals(shapeOf(actual)) && firstGap(mistake, actual) == null) {
            Assertions.fail(message);
        }
    }

    /**
     * Fails where a number is NaN. It comes before any other look at a number: every comparison with NaN is false, so a test
     * that asks for a mistake would find one that nobody made.
     *
     * @return {@code actual}
     */
    public static <T> T noNaN(String what, T actual) {
        if (hasNaN(actual)) {
            Assertions.fail(what + " is NaN, not a number: is 0 divided by 0, or exp taken of a large score from which the largest "
                    + "was not subtracted?");
        }
        return actual;
    }

    /** Fails with {@code message} unless {@code holds}. It cannot see NaN: {@link #noNaN} comes first. */
    public static void that(boolean holds, String message) {
        if (!holds) {
            Assertions.fail(message);
        }
    }

    /** A number as the messages write it. */
    public static String show(double x) {
        return String.format(Locale.ROOT, "%.4f", x);
    }

    private static void compare(String what, String at, Object expected, Object actual, double tolerance) {
        if (expected.getClass().isArray()) {
            for (int i = 0; i < Array.getLength(expected); i++) {
                compare(what, at + "[" + i + "]", Array.get(expected, i), Array.get(actual, i), tolerance);
            }
            return;
        }
        double e = ((Number) expected).doubleValue();
        double a = ((Number) actual).doubleValue();
        if (!(Math.abs(e - a) <= tolerance * Math.max(1, Math.abs(e)))) {
            String is = write(actual);
            String should = write(expected);
            Assertions.fail(what + at + " is " + (is.equals(should) ? actual : is) + ", should be "
                    + (is.equals(should) ? expected : should));
        }
    }

    private static boolean hasNaN(Object numbers) {
        if (numbers == null || !numbers.getClass().isArray()) {
            return numbers instanceof Double x && x.isNaN();
        }
        for (int i = 0; i < Array.getLength(numbers); i++) {
            if (hasNaN(Array.get(numbers, i))) {
                return true;
            }
        }
        return false;
    }

    private static String write(Object number) {
        return number instanceof Double d ? show(d) : String.valueOf(number);
    }

    private static double[] firstGap(Object mistake, Object actual) {
        double[] m = flat(mistake);
        double[] a = flat(actual);
        for (int i = 0; i < m.length; i++) {
            if (!(Math.abs(m[i] - a[i]) <= 1e-6 * Math.max(1, Math.abs(m[i])))) {
                return new double[] {m[i], a[i]};
            }
        }
        return null;
    }

    private static double[] flat(Object array) {
        if (!array.getClass().isArray()) {
            return new double[] {((Number) array).doubleValue()};
        }
        double[] all = new double[0];
        for (int i = 0; i < Array.getLength(array); i++) {
            double[] part = flat(Array.get(array, i));
            all = Arrays.copyOf(all, all.length + part.length);
            System.arraycopy(part, 0, all, all.length - part.length, part.length);
        }
        return all;
    }

    /** The shape, "[3, 4]"; "a number" for a number; says so where rows are missing or of several lengths. */
    private static String shapeOf(Object array) {
        if (!array.getClass().isArray()) {
            return "a number";
        }
        StringJoiner shape = new StringJoiner(", ", "[", "]");
        Object at = array;
        while (at != null && at.getClass().isArray()) {
            int n = Array.getLength(at);
            shape.add(String.valueOf(n));
            Object first = n == 0 ? null : Array.get(at, 0);
            for (int i = 0; i < n; i++) {
                Object row = Array.get(at, i);
                if (row == null) {
                    return shape + " with row " + i + " missing";
                }
                if (first.getClass().isArray() && Array.getLength(row) != Array.getLength(first)) {
                    return shape + " with rows of " + Array.getLength(first) + " and " + Array.getLength(row);
                }
            }
            at = first;
        }
        return shape.toString();
    }
}
