package e21_several_pictures;

/** Exercise 21: the image tokens of several pictures find their places. The page beside this file says how. */
public final class SeveralPictures {

    /** The id that marks the place of a picture. */
    public static final int IMAGE = -200;

    /** Stands for a word where a row of H could stand. */
    public static final int WORD = -1;

    private SeveralPictures() {
    }

    /**
     * Where each picture of one text lies in its sequence.
     *
     * @param ids     [T], {@link #IMAGE} where a picture goes
     * @param patches for each picture of this text the number of its image tokens
     * @return for each picture its first row, and the row after its last
     */
    public static int[][] spans(int[] ids, int[] patches) {
        throw new UnsupportedOperationException("exercise 21: find the spans");
    }

    /**
     * Which row of H goes where, for a whole batch. H holds the image tokens of all pictures, one picture after another,
     * in the order of their marks.
     *
     * @param batch   the ids of each text, {@link #IMAGE} where a picture goes
     * @param patches for each picture of the batch the number of its image tokens
     * @return for each text and each row of its sequence the row of H that stands there, or {@link #WORD}
     * @throws IllegalArgumentException if there are more marks than pictures, or fewer
     */
    public static int[][] sources(int[][] batch, int[] patches) {
        throw new UnsupportedOperationException("exercise 21: say which row of H goes where");
    }
}
