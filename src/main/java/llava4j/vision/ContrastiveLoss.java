package llava4j.vision;

import llava4j.graph.Scope;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * CLIP's loss: in a batch of B pictures and their B captions, each must find its partner among the B candidates.
 *
 * <p>S = exp(τ)·I Tᵀ with I and T of unit length; the loss is the mean of the cross-entropy of S's rows (picture finds
 * caption) and of its columns (caption finds picture), the right answer on the diagonal (Radford et al. 2021, section
 * 2.3). What one would get wrong: the temperature is learned as its logarithm τ, {@code logit_scale}.
 */
public final class ContrastiveLoss {

    private ContrastiveLoss() {
    }

    /**
     * {@return rows divided by their length, x / ‖x‖, [B, d]}
     *
     * @param x [B, d]
     */
    public static SDVariable normalize(SDVariable x) {
        SDVariable length = x.getSameDiff().math().sqrt(x.mul(x).sum(true, 1));     // [B, d] -> [B, 1]
        return x.div(length);
    }

    /**
     * Similarity of every picture with every caption.
     *
     * @param root     the scope that holds {@code logit_scale}
     * @param pictures [B, d], rows of unit length
     * @param captions [C, d], rows of unit length
     * @return [B, C], {@code logits_per_image}
     */
    public static SDVariable logits(Scope root, SDVariable pictures, SDVariable captions) {
        SameDiff graph = root.graph();
        SDVariable temperature = graph.math().exp(root.weight("logit_scale"));
        // [B, d] x [C, d]ᵀ -> [B, C]
        return graph.mmul(pictures, captions, false, true, false).mul(temperature);
    }

    /**
     * The mean of both directions' cross-entropy.
     *
     * @param logits   [B, B]
     * @param captions [B] the caption of each picture, the numbers 0 … B−1
     * @param pictures [B] the picture of each caption, the same numbers: SameDiff wants a variable for each use
     * @return a scalar
     */
    public static SDVariable of(SDVariable logits, SDVariable captions, SDVariable pictures) {
        SameDiff graph = logits.getSameDiff();
        SDVariable pictureFindsCaption = graph.loss().sparseSoftmaxCrossEntropy(logits, captions).mean();
        SDVariable captionFindsPicture =
                graph.loss().sparseSoftmaxCrossEntropy(graph.permute(logits, 1, 0), pictures).mean();
        return pictureFindsCaption.add(captionFindsPicture).mul(0.5);
    }
}
