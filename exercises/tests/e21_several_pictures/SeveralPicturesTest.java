package e21_several_pictures;

import exercises.Check;
import exercises.Numbers;
import exercises.Reference;
import java.util.Arrays;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

class SeveralPicturesTest {

    private static final int IMAGE = SeveralPictures.IMAGE;

    @Test
    @Order(1)
    void aTextWithoutAPictureHasWordsAlone() {
        Check.same("ids 3, 1: the sources", new int[][] {{-1, -1}}, SeveralPictures.sources(new int[][] {{3, 1}}, new int[0]),
                0);
        Check.that(SeveralPictures.spans(new int[] {3, 1}, new int[0]).length == 0, "a text without a picture has no spans");
    }

    @Test
    @Order(2)
    void theSpansOfTwoPictures() {
        int[][] spans = SeveralPictures.spans(new int[] {1, 2, IMAGE, 3, IMAGE}, new int[] {2, 3});
        Check.not(new int[][] {{2, 4}, {6, 9}}, spans, "the mark itself takes up a row in your count: it is replaced");
        Check.not(new int[][] {{2, 3}, {5, 7}}, spans, "the second number is the last row of the picture: it should be the "
                + "row after it");
        Check.not(new int[][] {{2, 4}, {4, 7}}, spans, "the second picture stands beside the first: a word is between them");
        Check.same("ids 1 2 <image> 3 <image>, 2 and 3 image tokens: the spans", new int[][] {{2, 4}, {5, 8}}, spans, 0);
    }

    @Test
    @Order(3)
    void eachPictureKeepsItsOwnSize() {
        int patches = Numbers.of("e21").whole(3, 6);
        int[][] sources = SeveralPictures.sources(new int[][] {{IMAGE, 5, IMAGE}}, new int[] {1, patches});
        Check.not(new int[][] {{0, -1, 1}}, sources, "every picture is taken for as large as the first");
        int[] expected = new int[patches + 2];
        expected[1] = -1;
        for (int p = 0; p < patches; p++) {
            expected[p + 2] = p + 1;
        }
        Check.same("<image> 5 <image>, 1 and " + patches + " image tokens: the sources", new int[][] {expected}, sources, 0);
    }

    @Test
    @Order(4)
    void theRowsAreCountedThroughTheWholeBatch() {
        int[][] sources = SeveralPictures.sources(new int[][] {{IMAGE, 1}, {2, IMAGE}}, new int[] {2, 2});
        Check.that(sources[1].length != 3 || sources[1][1] != 0, "text 1 is shown the picture of text 0: rows of H are "
                + "counted through the whole batch");
        Check.that(Arrays.equals(sources[0], new int[] {0, 1, -1}), "text 0 should be rows 0 and 1 of H and a word, is "
                + Arrays.toString(sources[0]));
        Check.that(Arrays.equals(sources[1], new int[] {-1, 2, 3}), "text 1 should be a word and rows 2 and 3 of H, is "
                + Arrays.toString(sources[1]));
    }

    @Test
    @Order(5)
    void noPictureIsDroppedAndNoneMade() {
        Check.that(refuses(new int[][] {{1, IMAGE}}, new int[] {2, 2}),
                "two pictures and one mark: a picture was dropped without a word, throw an IllegalArgumentException");
        Check.that(refuses(new int[][] {{IMAGE}, {IMAGE}}, new int[] {2}),
                "one picture and two marks: throw an IllegalArgumentException");
    }

    @Test
    @Order(6)
    void sameAsJoinedInTorch() {
        Reference torch = Reference.of("e21");
        int[][] batch = torch.get("batch", int[][].class);
        int[][] sources = SeveralPictures.sources(batch, torch.get("patches", int[].class));
        double[][][] rows = torch.get("rows", double[][][].class);
        double[][] h = torch.matrix("h");
        for (int text = 0; text < batch.length; text++) {
            Check.shape("text " + text + ": the sources", new int[rows[text].length], sources[text]);
            for (int t = 0; t < rows[text].length; t++) {
                if (sources[text][t] >= 0) {
                    Check.same("text " + text + ", row " + t, rows[text][t], h[sources[text][t]], 1e-9);
                }
            }
        }
    }

    private static boolean refuses(int[][] batch, int[] patches) {
        try {
            SeveralPictures.sources(batch, patches);
            return false;
        } catch (IllegalArgumentException e) {
            return true;
        }
    }
}
