package llava4j.vision;

import java.util.List;
import llava4j.graph.Scope;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The contrast of regions and names: the patches of a thing must find its name among the names of all things.
 *
 * <p>S = exp(τ)·R Nᵀ, where row r of R is the mean of the patches that thing r covers, taken to CLIP's shared space and to
 * length one, and N holds the names as the text tower reads them; the loss is the cross-entropy of S's rows, summed over the
 * regions and divided by twice the number of pictures, so that a region weighs as much as a picture (RegionCLIP, Zhong and
 * others, 2022, section 3.3, with painted boxes in the place of proposals).
 *
 * <p>CLIP's own loss looks at the class token alone: a picture may be told from all others and its patches still not say what
 * they show. LLaVA reads the patches. What one would get wrong: contrasting the patches after the last layer, which LLaVA does
 * not read. They are taken here where W takes them, before it.
 */
public final class RegionContrast {

    private static final int READ_BY_W = -2;

    private RegionContrast() {
    }

    /**
     * The regions of a batch.
     *
     * @param patches [R, B*P] row r averages the patches of region r: 1/n where it covers one of n patches, else 0
     * @param names   [R] number of each region's name
     */
    public record Regions(INDArray patches, int[] names) {
    }

    /**
     * Similarity of every region with every name.
     *
     * @param root   the scope that holds {@code logit_scale}, above {@code vision_model} and {@code visual_projection}
     * @param tower  the vision tower
     * @param states of all its layers
     * @param means  [R, B*P] as {@link Regions} has it
     * @param names  [C, d] rows of unit length
     * @return [R, C]
     */
    static SDVariable logits(Scope root, VisionTransformer tower, List<SDVariable> states, SDVariable means, SDVariable names) {
        SDVariable patches = tower.patches(root.graph(), states.get(states.size() + READ_BY_W));     // [B*P, D]
        SDVariable regions = means.mmul(patches);                                       // [R, B*P] x [B*P, D] -> [R, D]
        return ContrastiveLoss.logits(root, ContrastiveLoss.normalize(tower.projected(root, regions)), names);
    }

    /**
     * The loss, a scalar.
     *
     * @param logits   [R, C]
     * @param names    [R] number of each region's name
     * @param pictures B
     */
    static SDVariable of(SDVariable logits, SDVariable names, int pictures) {
        return logits.getSameDiff().loss().sparseSoftmaxCrossEntropy(logits, names).sum().mul(0.5 / pictures);
    }
}
