package e02_patch_embedding;

import exercises.Check;
import exercises.Numbers;
import exercises.Reference;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

class PatchEmbeddingTest {

    @Test
    @Order(1)
    void theClassTokenIsRowZeroAndHasAPosition() {
        Numbers numbers = Numbers.of("e02");
        double[] classToken = numbers.vector(3);
        double[][] positions = numbers.matrix(5, 3);
        double[][] tokens = embed(new double[4][12], new double[3][3][2][2], classToken, positions);
        Check.shape("4 patches, D = 3: the result", positions, tokens);
        Check.not(plus(classToken, positions[4]), tokens[4], "the class token is in the last row: it comes first");
        Check.not(classToken, tokens[0], "the class token has no position: add positions[0] to it");
        Check.same("row 0 (class token plus positions[0])", plus(classToken, positions[0]), tokens[0], 1e-9);
    }

    @Test
    @Order(2)
    void patchNStandsInRowNPlusOneWithItsOwnPosition() {
        Numbers numbers = Numbers.of("e02");
        double[][] positions = numbers.matrix(5, 3);
        double[][] tokens = embed(new double[4][12], new double[3][3][2][2], new double[3], positions);
        Check.not(positions[0], tokens[1], "patch 0 got positions[0]: that one belongs to the class token");
        Check.same("kernel all zero: the tokens (should be the positions)", positions, tokens, 1e-9);
    }

    @Test
    @Order(3)
    void theKernelIsReadAsChannelRowColumn() {
        double[][][][] kernel = new double[1][3][2][2];
        kernel[0][2][0][1] = 1;
        double[][] patch = {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}};
        double[][] tokens = embed(patch, kernel, new double[1], new double[2][1]);
        Check.that(tokens[1][0] != 10, "row and column of the kernel are exchanged: kernel[d][2][0][1] met the "
                + "patch's number 10, should meet 9");
        Check.that(tokens[1][0] != 5, "the kernel is read as row, column, channel: kernel[d][2][0][1] met the "
                + "patch's number 5, should meet 9 (channel, row, column)");
        Check.same("the patch's number that kernel[d][2][0][1] meets", 9, tokens[1][0], 1e-9);
    }

    @Test
    @Order(4)
    void sameAsTheEmbeddingsOfClipInTransformers() {
        Reference clip = Reference.of("e02");
        Check.same("tokens", clip.matrix("tokens"), embed(clip.matrix("patches"),
                clip.get("kernel", double[][][][].class), clip.vector("class_token"), clip.matrix("positions")), 1e-6);
    }

    private static double[] plus(double[] a, double[] b) {
        double[] sum = a.clone();
        for (int i = 0; i < b.length; i++) {
            sum[i] += b[i];
        }
        return sum;
    }

    private static double[][] embed(double[][] patches, double[][][][] kernel, double[] classToken, double[][] positions) {
        return Check.noNaN("a token", PatchEmbedding.embed(patches, kernel, classToken, positions));
    }
}
