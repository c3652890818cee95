package llava4j.show;

import java.util.Objects;

/** Says whether a reader's answer is the one that the code computes, without showing it beforehand. */
public final class CheckYourself {

    private CheckYourself() {
    }

    /**
     * {@return what a reader is told of an answer: that it is missing, right, or not right}
     *
     * @param yours  the reader's answer, {@code null} while there is none
     * @param actual what was computed
     */
    public static String of(Object yours, Object actual) {
        if (yours == null) {
            return "Write your answer in place of null and run the cell again.";
        }
        boolean same = yours instanceof Number a && actual instanceof Number b
                ? Math.abs(a.doubleValue() - b.doubleValue()) < 1e-9 : Objects.equals(yours, actual);
        return same ? "Right: " + actual + "." : "Not " + yours + ". Look again at the cells above.";
    }
}
