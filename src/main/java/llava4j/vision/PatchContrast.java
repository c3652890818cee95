package llava4j.vision;

import java.util.Arrays;
import java.util.List;
import llava4j.graph.Scope;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * The contrast of patches and names: a patch of a thing must find the thing's name among the names of all things.
 *
 * <p>S = exp(τ)·R Nᵀ, where row r of R is one patch, taken to CLIP's shared space and to length one, and N holds the names as the
 * text tower reads them; the loss is the cross-entropy of S's rows, summed and divided by twice the number of pictures, so that a
 * patch weighs as much as a picture does in {@link ContrastiveLoss}. (RegionCLIP, Zhong and others, 2022, section 3.3, contrasts
 * the mean of a region so.)
 *
 * <p>CLIP's own loss looks at the class token alone: a picture may be told from all others and its patches still not say what
 * they show. LLaVA reads the patches. What one would get wrong: to contrast them after the last layer, which LLaVA does not
 * read; they are taken here where W takes them, before it. And to contrast a region's mean: each patch then says its part of the
 * name, and no token that the decoder reads says all of it.
 */
public final class PatchContrast {

    /** The layer that is contrasted, as {@code vision_feature_layer} counts: the one before the last, which W reads. */
    public static final int READ_BY_W = -2;

    private PatchContrast() {
    }

    /**
     * Patches of a batch of which it is known what they show.
     *
     * @param rows  [R] which of the B*P patches, picture by picture
     * @param names [R] number of the name of what it shows
     */
    public record Patches(int[] rows, int[] names) {

        /** The same rows among the tokens, where a class token stands before each picture's patches. */
        int[] tokens(int patches) {
            return Arrays.stream(rows).map(row -> row + row / patches + 1).toArray();
        }
    }

    /**
     * Similarity of every chosen patch with every name.
     *
     * @param root   the scope that holds {@code logit_scale}, above {@code vision_model} and {@code visual_projection}
     * @param tower  the vision tower
     * @param states of all its layers
     * @param rows   [R] which of the B*(1+P) tokens, as {@link Patches#tokens} gives them
     * @param names  [C, d] rows of unit length
     * @return [R, C]
     */
    static SDVariable logits(Scope root, VisionTransformer tower, List<SDVariable> states, SDVariable rows, SDVariable names) {
        SDVariable tokens = states.get(states.size() + READ_BY_W);                      // [B*(1+P), D]
        SDVariable chosen = root.graph().gather(tokens, rows, 0);                       // [B*(1+P), D] -> [R, D]
        return ContrastiveLoss.logits(root, ContrastiveLoss.normalize(tower.projected(root, chosen)), names);
    }

    /**
     * The loss, a scalar.
     *
     * @param logits   [R, C]
     * @param names    [R] number of each patch's name
     * @param pictures B
     */
    static SDVariable of(SDVariable logits, SDVariable names, int pictures) {
        return logits.getSameDiff().loss().sparseSoftmaxCrossEntropy(logits, names).sum().mul(0.5 / pictures);
    }
}
