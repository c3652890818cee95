package llava4j.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import llava4j.data.ConversationIterator;

/**
 * Some rows of a step's batch, as they go to an executor: tokens, and the names of the pictures, whose features it reads itself.
 *
 * @param step     counted from 0
 * @param firstRow which row of the whole batch the first of these is
 * @param ids      [R][T] token ids
 * @param labels   [R][T] −100 where nothing is learned
 * @param attends  [R][T] false on padding
 * @param images   file names of the pictures, in the order in which they stand in the rows
 */
record PartOfStep(int step, int firstRow, int[][] ids, int[][] labels, boolean[][] attends, List<String> images)
        implements Serializable {

    /** A batch in equal parts, cut as {@link llava4j.train.ParallelLoss} cuts it. */
    static List<PartOfStep> cut(int step, ConversationIterator.Rows batch, int parts) {
        int rows = batch.ids().length / parts;
        List<PartOfStep> all = new ArrayList<>();
        for (int from = 0; from < batch.ids().length; from += rows) {
            int to = from + rows;
            boolean[][] attends = new boolean[rows][batch.ids()[0].length];
            for (int row = 0; row < rows; row++) {
                for (int t = 0; t < attends[row].length; t++) {
                    attends[row][t] = batch.mask()[from + row][t] == 1;
                }
            }
            all.add(new PartOfStep(step, from, Arrays.copyOfRange(batch.ids(), from, to),
                    Arrays.copyOfRange(batch.labels(), from, to), attends,
                    new ArrayList<>(batch.images().subList(from, to).stream().flatMap(List::stream).toList())));
        }
        return all;
    }
}
