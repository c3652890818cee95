package llava4j.connector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Which picture a token may look at")
class SightTest {

    private static final int IMAGE = 9;
    private static final int END = 2;

    /** The picture that each token of a row sees, −1 for none. */
    private static int[] seen(Sight sight, int row) {
        return Arrays.stream(sight.sees()[row]).mapToInt(pictures -> {
            int last = -1;
            for (int m = 0; m < pictures.length; m++) {
                last = pictures[m] ? m : last;
            }
            return last;
        }).toArray();
    }

    private static Sight of(int[]... rows) {
        boolean[][] attends = new boolean[rows.length][rows[0].length];
        Arrays.stream(attends).forEach(row -> Arrays.fill(row, true));
        return Sight.ofLastPicture(rows, attends, IMAGE, List.of(END));
    }

    @Test
    @DisplayName("is the last one before it, the mark itself included; before the first mark it is none")
    void last() {
        assertArrayEquals(new int[] {-1, -1, 0, 0, 0, 1, 1}, seen(of(new int[] {1, 5, IMAGE, 5, 5, IMAGE, 5}), 0));
    }

    @Test
    @DisplayName("is none after the end of a text, which itself still sees, until the next mark")
    void end() {
        assertArrayEquals(new int[] {0, 0, 0, -1, -1, 1}, seen(of(new int[] {IMAGE, 5, END, 5, 5, IMAGE}), 0));
    }

    @Test
    @DisplayName("is counted through the batch, row by row; a mark on padding is none")
    void batch() {
        int[][] rows = {{5, IMAGE, 5, 5}, {5, 5, 5, IMAGE}, {IMAGE, 5, IMAGE, 5}};
        boolean[][] attends = {{true, true, true, true}, {true, true, true, false}, {true, true, true, true}};
        Sight sight = Sight.ofLastPicture(rows, attends, IMAGE, List.of(END));
        assertEquals(3, sight.pictures());
        assertArrayEquals(new int[] {0, -1}, sight.ofRow()[0]);
        assertArrayEquals(new int[] {-1, -1}, sight.ofRow()[1]);
        assertArrayEquals(new int[] {1, 2}, sight.ofRow()[2]);
        assertArrayEquals(new int[] {0, 0, 1, 1}, seen(sight, 2));
    }

    @Test
    @DisplayName("is for a token that is decoded the one that the prompt's last token sees")
    void next() {
        assertArrayEquals(new int[] {1}, seen(of(new int[] {IMAGE, 5, IMAGE, 5}).ofNextToken(), 0));
    }
}
