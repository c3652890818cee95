package e08_projector_gradient;

import exercises.Check;
import exercises.Numbers;
import exercises.Reference;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

class ProjectorGradientTest {

    @Test
    @Order(1)
    void eachPatchBecomesOneImageToken() {
        double[][] h = ProjectorGradient.project(new double[5][3], new double[4][3], new double[] {1, 2, 3, 4});
        Check.shape("5 patches, W [4, 3]: the image tokens", new double[5][4], h);
        Check.not(new double[5][4], h, "z = 0 gives h = 0: the bias is not added");
        Check.same("z = 0: the image token of patch 0 (should be the bias)", new double[] {1, 2, 3, 4}, h[0], 1e-12);
    }

    @Test
    @Order(2)
    void theProjectionIsThatOfTorch() {
        Reference torch = Reference.of("e08");
        Check.same("h", torch.matrix("h"),
                ProjectorGradient.project(torch.matrix("z"), torch.matrix("w"), torch.vector("b")), 1e-9);
    }

    @Test
    @Order(3)
    void theGradientOfWIsItsSlope() {
        Numbers numbers = Numbers.of("e08");
        double[][] z = numbers.matrix(5, 3);
        double[][] dh = numbers.matrix(5, 4);
        double[][] slope = new double[4][3];
        double[][] last = new double[4][3];
        double[][] mean = new double[4][3];
        for (int o = 0; o < 4; o++) {
            for (int i = 0; i < 3; i++) {
                double[][] w = new double[4][3];
                w[o][i] = 1;          // the loss is linear in W: its slope is the difference to W = 0
                slope[o][i] = weighed(dh, product(z, w));
                mean[o][i] = slope[o][i] / 5;
                last[o][i] = dh[4][o] * z[4][i];
            }
        }
        double[][] dw = ProjectorGradient.gradientOfW(z, dh);
        Check.shape("W [4, 3]: the gradient of W", slope, dw);
        Check.not(last, dw, "the gradient of W is that of the last patch alone: the patches add up");
        Check.not(mean, dw, "you take the mean over the patches: their gradients add up");
        Check.same("gradient of W", slope, dw, 1e-9);
    }

    @Test
    @Order(4)
    void theGradientOfTheBiasIsTheSumOverThePatches() {
        double[][] dh = {{1, 10}, {2, 20}, {4, 40}};
        Check.same("dh = [[1, 10], [2, 20], [4, 40]]: the gradient of b", new double[] {7, 70},
                ProjectorGradient.gradientOfB(dh), 1e-12);
    }

    @Test
    @Order(5)
    void theGradientsAreThoseOfTorch() {
        Reference torch = Reference.of("e08");
        Check.same("gradient of W", torch.matrix("dw"),
                ProjectorGradient.gradientOfW(torch.matrix("z"), torch.matrix("dh")), 1e-9);
        Check.same("gradient of b", torch.vector("db"), ProjectorGradient.gradientOfB(torch.matrix("dh")), 1e-9);
    }

    private static double[][] product(double[][] z, double[][] w) {
        double[][] h = new double[z.length][w.length];
        for (int n = 0; n < z.length; n++) {
            for (int o = 0; o < w.length; o++) {
                for (int i = 0; i < w[o].length; i++) {
                    h[n][o] += w[o][i] * z[n][i];
                }
            }
        }
        return h;
    }

    private static double weighed(double[][] a, double[][] b) {
        double sum = 0;
        for (int n = 0; n < a.length; n++) {
            for (int o = 0; o < a[n].length; o++) {
                sum += a[n][o] * b[n][o];
            }
        }
        return sum;
    }
}
