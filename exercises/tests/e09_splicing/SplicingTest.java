package e09_splicing;

import exercises.Check;
import exercises.Numbers;
import exercises.Reference;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

class SplicingTest {

    /** The vector of word i is [i, 0]; image token j of picture n is [j, n + 1]. */
    private static final double[][] TABLE = {{0, 0}, {1, 0}, {2, 0}, {3, 0}, {4, 0}, {5, 0}};

    @Test
    @Order(1)
    void aTextWithoutAPicturePassesAsItIs() {
        double[][] rows = rowsOf(new int[] {3, 1, 3}, TABLE, new double[0][][]);
        Check.same("ids 3, 1, 3: the rows", new double[][] {{3, 0}, {1, 0}, {3, 0}}, rows, 0);
    }

    @Test
    @Order(2)
    void theImageTokensTakeThePlaceOfTheMark() {
        int patches = Numbers.of("e09").whole(2, 5);
        double[][] rows = rowsOf(new int[] {1, 2, Splicing.IMAGE, 4}, TABLE, new double[][][] {image(0, patches)});
        Check.that(rows != null && rows.length != patches + 4, "one row too many: is the <image> mark still there, "
                + "before or after the picture?");
        Check.that(rows.length == patches + 3, "3 words and " + patches + " image tokens make " + (patches + 3)
                + " rows, you have " + rows.length);
        Check.that(rows[0][1] == 0, "the image tokens stand at the front: they go where the mark was, after 2 words");
        Check.that(rows[2][1] == 1 && rows[2][0] == 0, "row 2 should be image token 0");
        Check.that(rows[patches + 1][1] == 1 && rows[patches + 1][0] == patches - 1,
                "row " + (patches + 1) + " should be the last image token");
        Check.same("the last row (word 4)", new double[] {4, 0}, rows[patches + 2], 0);
    }

    @Test
    @Order(3)
    void twoPicturesGoToTheirOwnMarks() {
        double[][] rows = rowsOf(new int[] {Splicing.IMAGE, 5, Splicing.IMAGE}, TABLE,
                new double[][][] {image(0, 1), image(1, 2)});
        Check.same("<image> 5 <image>: the rows", new double[][] {{0, 1}, {5, 0}, {0, 2}, {1, 2}}, rows, 0);
    }

    @Test
    @Order(4)
    void noPictureIsDroppedAndNoneMade() {
        Check.that(refuses(new int[] {1, Splicing.IMAGE}, new double[][][] {image(0, 2), image(1, 2)}),
                "two pictures and one mark: a picture was dropped without a word, throw an IllegalArgumentException");
        Check.that(refuses(new int[] {Splicing.IMAGE, Splicing.IMAGE}, new double[][][] {image(0, 2)}),
                "one picture and two marks: throw an IllegalArgumentException");
    }

    @Test
    @Order(5)
    void imageTokensAreNotScored() {
        int[] labels = Splicing.labels(new int[] {1, Splicing.IMAGE, 3, 4}, new int[] {-100, -100, 3, 4},
                new int[] {3});
        Check.shape("4 ids, a picture of 3 image tokens: the labels", new int[6], labels);
        for (int t = 1; t < 4; t++) {
            Check.that(labels[t] == -100, "image token " + (t - 1) + " has label " + labels[t]
                    + ": image tokens are not scored, their label is -100");
        }
        Check.same("labels", new int[] {-100, -100, -100, -100, 3, 4}, labels, 0);
    }

    @Test
    @Order(6)
    void sameAsJoinedInTorch() {
        Reference torch = Reference.of("e09");
        int[] ids = torch.get("ids", int[].class);
        Check.same("rows", torch.matrix("rows"), rowsOf(ids, torch.matrix("table"),
                new double[][][] {torch.matrix("image")}), 1e-12);
        Check.same("labels", torch.get("widened", int[].class),
                Splicing.labels(ids, torch.get("labels", int[].class), new int[] {4}), 0);
    }

    private static double[][] image(int picture, int patches) {
        double[][] image = new double[patches][];
        for (int j = 0; j < patches; j++) {
            image[j] = new double[] {j, picture + 1};
        }
        return image;
    }

    private static boolean refuses(int[] ids, double[][][] images) {
        try {
            rowsOf(ids, TABLE, images);
            return false;
        } catch (IllegalArgumentException e) {
            return true;
        }
    }

    private static double[][] rowsOf(int[] ids, double[][] table, double[][][] images) {
        return Check.noNaN("a row", Splicing.rows(ids, table, images));
    }
}
