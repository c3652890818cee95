package e21_several_pictures;

import java.util.ArrayList;
import java.util.List;

/** Solution of exercise 21. */
public final class SeveralPictures {

    /** The id that marks the place of a picture. */
    public static final int IMAGE = -200;

    /** Stands for a word where a row of H could stand. */
    public static final int WORD = -1;

    private SeveralPictures() {
    }

    /** [T], pictures -> [pictures, 2]. */
    public static int[][] spans(int[] ids, int[] patches) {
        int[][] spans = new int[patches.length][];
        int row = 0;
        int picture = 0;
        for (int id : ids) {
            if (id == IMAGE) {
                spans[picture] = new int[] {row, row + patches[picture]};
                row += patches[picture++];
            } else {
                row++;
            }
        }
        return spans;
    }

    /** Texts x [T], pictures -> texts x [T']. */
    public static int[][] sources(int[][] batch, int[] patches) {
        int[][] sources = new int[batch.length][];
        int picture = 0;
        int next = 0;
        for (int text = 0; text < batch.length; text++) {
            List<Integer> rows = new ArrayList<>();
            for (int id : batch[text]) {
                if (id != IMAGE) {
                    rows.add(WORD);
                    continue;
                }
                if (picture == patches.length) {
                    throw new IllegalArgumentException("more <image> marks than pictures (" + patches.length + ")");
                }
                for (int p = 0; p < patches[picture]; p++) {
                    rows.add(next++);
                }
                picture++;
            }
            sources[text] = rows.stream().mapToInt(Integer::intValue).toArray();
        }
        if (picture < patches.length) {
            throw new IllegalArgumentException(patches.length + " pictures but " + picture + " <image> marks");
        }
        return sources;
    }
}
