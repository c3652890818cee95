package llava4j.connector;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The pictures of a batch, and which of them each token may look at.
 *
 * <p>Flamingo's rule: a token sees the last picture before it, the mark {@code <image>} itself included; none before the first
 * mark, and none after the token that ends a text until the next mark. Earlier pictures reach it through self-attention
 * alone. What one would get wrong: the token that ends a text still sees its picture, the one after it does not.
 *
 * @param pictures N in the batch, at least 1: where there is none, one stands there that nobody sees
 * @param ofRow    [B][M] numbers of each row's pictures in the batch, −1 where a row has fewer than M; empty where pictures
 *                 stand in the sequence
 * @param sees     [B][T][M] whether a token sees its row's picture; empty as well
 */
public record Sight(int pictures, int[][] ofRow, boolean[][][] sees) {

    /**
     * {@return Flamingo's rule for a batch in which {@code <image>} marks each picture}
     *
     * @param ids     [B][T]
     * @param attends [B][T] false for padding
     * @param image   the id of {@code <image>}
     * @param ends    ids that end a text
     */
    public static Sight ofLastPicture(int[][] ids, boolean[][] attends, int image, List<Integer> ends) {
        int[][] last = new int[ids.length][ids[0].length];            // number of the row's picture, −1 for none
        List<List<Integer>> ofRow = new ArrayList<>();
        int pictures = 0;
        for (int b = 0; b < ids.length; b++) {
            List<Integer> own = new ArrayList<>();
            int now = -1;
            for (int t = 0; t < ids[b].length; t++) {
                if (attends[b][t] && ids[b][t] == image) {
                    now = own.size();
                    own.add(pictures++);
                }
                last[b][t] = now;
                now = attends[b][t] && ends.contains(ids[b][t]) ? -1 : now;
            }
            ofRow.add(own);
        }
        int most = Math.max(1, ofRow.stream().mapToInt(List::size).max().orElse(1));
        boolean[][][] sees = new boolean[ids.length][ids[0].length][most];
        int[][] numbers = new int[ids.length][most];
        for (int b = 0; b < ids.length; b++) {
            Arrays.fill(numbers[b], -1);
            for (int m = 0; m < ofRow.get(b).size(); m++) {
                numbers[b][m] = ofRow.get(b).get(m);
            }
            for (int t = 0; t < ids[b].length; t++) {
                if (last[b][t] >= 0) {
                    sees[b][t][last[b][t]] = true;
                }
            }
        }
        return new Sight(Math.max(1, pictures), numbers, sees);
    }

    /**
     * {@return a batch in which every row has M pictures, one after another, and it is said who sees which}
     *
     * @param sees [B][T][M]
     */
    public static Sight given(boolean[][][] sees) {
        int most = sees[0][0].length;
        int[][] ofRow = new int[sees.length][most];
        for (int b = 0; b < sees.length; b++) {
            for (int m = 0; m < most; m++) {
                ofRow[b][m] = b * most + m;
            }
        }
        return new Sight(sees.length * most, ofRow, sees);
    }

    /**
     * {@return the pictures of a batch in whose sequence they stand: who sees them is a matter of the causal mask}
     *
     * @param pictures N
     */
    public static Sight inSequence(int pictures) {
        return new Sight(Math.max(1, pictures), new int[0][], new boolean[0][][]);
    }

    /** {@return the same for one more token after each row: it sees what the row's last token sees} */
    public Sight ofNextToken() {
        boolean[][][] last = Arrays.stream(sees).map(row -> new boolean[][] {row[row.length - 1]}).toArray(boolean[][][]::new);
        return new Sight(pictures, ofRow, last);
    }
}
