package e08_projector_gradient;

/** Solution of exercise 08. */
public final class ProjectorGradient {

    private ProjectorGradient() {
    }

    /** [N, Dv] -> [N, D]. */
    public static double[][] project(double[][] z, double[][] w, double[] b) {
        double[][] h = new double[z.length][b.length];
        for (int n = 0; n < z.length; n++) {
            for (int o = 0; o < b.length; o++) {
                h[n][o] = b[o];
                for (int i = 0; i < z[n].length; i++) {
                    h[n][o] += w[o][i] * z[n][i];
                }
            }
        }
        return h;
    }

    /** [N, Dv], [N, D] -> [D, Dv]. */
    public static double[][] gradientOfW(double[][] z, double[][] dh) {
        double[][] dw = new double[dh[0].length][z[0].length];
        for (int n = 0; n < z.length; n++) {
            for (int o = 0; o < dw.length; o++) {
                for (int i = 0; i < z[n].length; i++) {
                    dw[o][i] += dh[n][o] * z[n][i];
                }
            }
        }
        return dw;
    }

    /** [N, D] -> [D]. */
    public static double[] gradientOfB(double[][] dh) {
        double[] db = new double[dh[0].length];
        for (double[] row : dh) {
            for (int o = 0; o < db.length; o++) {
                db[o] += row[o];
            }
        }
        return db;
    }
}
