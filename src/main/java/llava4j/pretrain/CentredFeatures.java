package llava4j.pretrain;

import java.util.List;
import java.util.Map;
import java.util.Random;
import llava4j.execution.EmptyGraph;
import llava4j.graph.Scope;
import llava4j.image.ClipImageProcessor;
import llava4j.tinyworld.CaptionedPicture;
import llava4j.vision.PatchContrast;
import llava4j.vision.VisionTransformer;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The features that W will read, moved so that their mean is zero: b ← b − μ, with b the last bias of the layer that W reads and
 * μ the mean patch of many pictures.
 *
 * <p>A picture's patches share most of what they are: the mean of all of them is two thirds as long as a single one. W has no
 * norm before it, so what all patches share takes up most of its gradient, and what tells a goat from a sheep hardly moves it.
 * What one would get wrong: the layer after it reads the same tokens, so the class token changes too. That is done therefore
 * before a training, which repairs it, and never after one.
 */
public final class CentredFeatures {

    private static final int ROUNDS = 4;

    private CentredFeatures() {
    }

    /**
     * Moves the features.
     *
     * @param recipe  the CLIP's sizes and its world
     * @param weights whose bias is changed in place
     * @return how long the mean patch was, as a share of the mean length of a patch
     */
    public static double move(ClipRecipe recipe, Map<String, INDArray> weights) {
        int pictures = recipe.batch();
        SameDiff graph = EmptyGraph.create();
        Scope vision = Scope.root(graph, weights, name -> false).at("vision_model");
        int size = recipe.config().vision().imageSize();
        SDVariable features = new VisionTransformer(recipe.config().vision(), pictures).features(vision,
                graph.placeHolder("pixel_values", DataType.FLOAT, pictures, 3, size, size), PatchContrast.READ_BY_W, false);
        ClipImageProcessor processor = new ClipImageProcessor(recipe.images());
        Random random = new Random(-2);
        INDArray mean = null;
        double length = 0;
        for (int round = 0; round < ROUNDS; round++) {
            List<CaptionedPicture> batch = recipe.world().batch(pictures, 1, random);
            INDArray patches = graph.output(Map.of("pixel_values",
                    processor.pixelValues(batch.stream().map(CaptionedPicture::picture).toList())), features.name())
                    .get(features.name());
            length += patches.norm2(1).meanNumber().doubleValue() / ROUNDS;
            INDArray share = patches.mean(0).div(ROUNDS);
            mean = mean == null ? share : mean.addi(share);
        }
        weights.get("vision_model.encoder.layers." + (recipe.config().vision().layers() + PatchContrast.READ_BY_W) + ".mlp.fc2.bias").subi(mean);
        return mean.norm2Number().doubleValue() / length;
    }
}
