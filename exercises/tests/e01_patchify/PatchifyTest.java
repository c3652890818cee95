package e01_patchify;

import exercises.Check;
import exercises.Numbers;
import exercises.Reference;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

class PatchifyTest {

    @Test
    @Order(1)
    void thereIsOneRowForEachPatchAndOneNumberForEachOfItsPixels() {
        double[][] patches = patchify(positions(4, 6), 2);
        Check.shape("a picture of 4 x 6 pixels cut into patches of 2 x 2: the result", new double[6][12], patches);
    }

    @Test
    @Order(2)
    void patchesRunInReadingOrder() {
        double[][] patches = patchify(positions(4, 6), 2);
        Check.that(patches[1][0] != 20, "row 1 holds the patch below, not the patch to the right: patches run "
                + "in reading order, left to right, then down");
        Check.that(patches[0][0] == 0 && patches[1][0] == 2 && patches[3][0] == 20, "the first pixels of patches 0, 1 "
                + "and 3 should be those at (row, column) (0, 0), (0, 2) and (2, 0)");
    }

    @Test
    @Order(3)
    void insideAPatchAllOfOneChannelComesFirst() {
        double[] patch = patchify(positions(4, 6), 2)[0];
        Check.that(!(patch[1] == 100 && patch[2] == 200), "the three colours of one pixel stand side by side: all "
                + "p*p pixels of channel 0 come first, then channel 1, then channel 2");
        Check.that(patch[1] != 10, "inside the patch you go down before you go right: the second number should be "
                + "pixel (row 0, column 1)");
        Check.same("patch 0", new double[] {0, 1, 10, 11, 100, 101, 110, 111, 200, 201, 210, 211}, patch, 0);
    }

    @Test
    @Order(4)
    void whatDoesNotFillAPatchIsLeftOut() {
        Numbers numbers = Numbers.of("e01");
        int p = numbers.whole(2, 4);
        double[][] patches = patchify(positions(2 * p + 1, 3 * p - 1), p);
        Check.shape("a picture of " + (2 * p + 1) + " x " + (3 * p - 1) + " pixels and p = " + p + ": the result",
                new double[4][3 * p * p], patches);
        Check.that(patches[3][0] == 10 * p + p, "the last whole patch should begin at pixel (row " + p + ", column "
                + p + ")");
    }

    @Test
    @Order(5)
    void sameAsTorchUnfold() {
        Reference torch = Reference.of("e01");
        Check.same("patches", torch.matrix("patches"),
                patchify(torch.get("picture", double[][][].class), 2), 1e-9);
    }

    /** A picture whose every number says where it stands: 100 * channel + 10 * row + column. */
    private static double[][][] positions(int height, int width) {
        double[][][] picture = new double[3][height][width];
        for (int c = 0; c < 3; c++) {
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    picture[c][y][x] = 100 * c + 10 * y + x;
                }
            }
        }
        return picture;
    }

    private static double[][] patchify(double[][][] picture, int p) {
        return Check.noNaN("a patch", Patchify.patchify(picture, p));
    }
}
