package llava4j.pretrain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import llava4j.conversation.Tokenizer;
import llava4j.image.ImageProcessorConfig;
import llava4j.tinyworld.CaptionedPicture;
import llava4j.tinyworld.Painter;
import llava4j.tinyworld.SceneContrast;
import llava4j.train.Objective;
import llava4j.vision.ClipConfig;
import llava4j.vision.TextTowerConfig;
import llava4j.vision.VisionConfig;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

@DisplayName("CLIP's pretraining")
class ClipPretrainingTest {

    private static ClipRecipe recipe(int groups, ClipRecipe.World world) {
        List<String> tokens = TinyVocabulary.tokens();
        return new ClipRecipe(new ClipConfig(VisionConfig.VIT_B_32.withImageSize(Painter.SIZE).withPatchSize(16).withHiddenSize(16)
                .withIntermediateSize(32).withLayers(2).withHeads(2).withActivation("relu"),
                TextTowerConfig.VIT_B_32.withVocabularySize(tokens.size()).withMaxPositions(64).withHiddenSize(16)
                .withIntermediateSize(32).withLayers(1).withHeads(2).withActivation("relu").withEosTokenId(WordTokenizer.EOS), 8), tokens,
                ImageProcessorConfig.tinyWorld(), 6, groups, world, List.of(), new ClipRecipe.Course("clip of a test", "half", 1e-3, 10));
    }

    private static Objective.Step step(ClipRecipe recipe, Map<String, INDArray> weights, Path folder) {
        WordTokenizer.write(folder, recipe.tokens(), true, 64);
        return new ClipPretraining(recipe, weights, Tokenizer.open(folder), 10, 3).at(0);
    }

    @Test
    @DisplayName("two groups give the mean of their losses and of their gradients: pairs are contrasted within a group alone")
    void groups(@TempDir Path folder) {
        ClipRecipe two = recipe(2, (pairs, done, random) -> SceneContrast.batch(pairs, random));
        Map<String, INDArray> weights = ClipPretraining.fresh(two.config(), 1);
        Objective.Step both = step(two, weights, folder);
        Random random = new Random(3 * 1_000_003L);
        List<CaptionedPicture> first = SceneContrast.batch(6, random);
        List<CaptionedPicture> second = SceneContrast.batch(6, random);
        Objective.Step one = step(recipe(1, (pairs, done, r) -> first), weights, folder);
        Objective.Step other = step(recipe(1, (pairs, done, r) -> second), weights, folder);
        assertEquals((one.loss() + other.loss()) / 2, both.loss(), 1e-6);
        both.gradients().forEach((name, gradient) -> {
            INDArray mean = one.gradients().get(name).add(other.gradients().get(name)).mul(0.5);
            assertTrue(mean.sub(gradient).norm2Number().doubleValue() <= 1e-5 * mean.norm2Number().doubleValue() + 1e-9, name);
        });
    }

    @Test
    @DisplayName("a world hears how much of the training is over")
    void done(@TempDir Path folder) {
        double[] heard = {-1};
        ClipRecipe recipe = recipe(1, (pairs, done, random) -> {
            heard[0] = done;
            return SceneContrast.batch(pairs, random);
        });
        WordTokenizer.write(folder, recipe.tokens(), true, 64);
        new ClipPretraining(recipe, ClipPretraining.fresh(recipe.config(), 1), Tokenizer.open(folder), 10, 3).at(7);
        assertEquals(0.7, heard[0], 1e-12);
    }
}
