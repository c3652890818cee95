package e07_contrastive_loss;

/** Exercise 07: the loss that CLIP was trained with. The page beside this file says how. */
public final class ContrastiveLoss {

    private ContrastiveLoss() {
    }

    /**
     * The mean of both directions' cross-entropies.
     *
     * @param images     [B, D], not yet divided by their lengths
     * @param texts      [B, D], row n is the caption of picture n
     * @param logitScale logarithm of the factor on the scores
     */
    public static double loss(double[][] images, double[][] texts, double logitScale) {
        throw new UnsupportedOperationException("exercise 07: score pictures against captions");
    }
}
