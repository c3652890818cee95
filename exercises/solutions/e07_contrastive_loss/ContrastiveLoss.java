package e07_contrastive_loss;

/** Solution of exercise 07. */
public final class ContrastiveLoss {

    private ContrastiveLoss() {
    }

    /** [B, D], [B, D] -> a number. */
    public static double loss(double[][] images, double[][] texts, double logitScale) {
        int batch = images.length;
        double[][] fromImages = new double[batch][batch];
        double[][] fromTexts = new double[batch][batch];
        for (int n = 0; n < batch; n++) {
            for (int m = 0; m < batch; m++) {
                double cosine = dot(images[n], texts[m]) / length(images[n]) / length(texts[m]);
                fromImages[n][m] = Math.exp(logitScale) * cosine;
                fromTexts[m][n] = fromImages[n][m];
            }
        }
        return (crossEntropy(fromImages) + crossEntropy(fromTexts)) / 2;
    }

    /** [B, B] -> the mean of -log softmax(row n)[n]. */
    private static double crossEntropy(double[][] scores) {
        double sum = 0;
        for (int n = 0; n < scores.length; n++) {
            double largest = Double.NEGATIVE_INFINITY;
            for (double score : scores[n]) {
                largest = Math.max(largest, score);
            }
            double total = 0;
            for (double score : scores[n]) {
                total += Math.exp(score - largest);
            }
            sum += Math.log(total) + largest - scores[n][n];
        }
        return sum / scores.length;
    }

    private static double length(double[] a) {
        return Math.sqrt(dot(a, a));
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
