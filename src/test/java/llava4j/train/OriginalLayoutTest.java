package llava4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import llava4j.Llava;
import llava4j.conversation.Template;
import llava4j.data.LastBatch;
import llava4j.image.ImageProcessorConfig;
import llava4j.model.LlavaConfig;
import llava4j.support.SmallWorld;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A model of the original layout, whose tokenizer has no <image>,")
class OriginalLayoutTest {

    @TempDir
    private Path folder;

    @Test
    @DisplayName("is trained with its pictures: losses are those of the same model with a token for <image>")
    void sameLosses() {
        SmallWorld world = SmallWorld.in(folder);
        Llava withToken = world.model();
        Llava original = new Llava(withToken.config().withImageTokenId(LlavaConfig.IMAGE_TOKEN_INDEX), world.model().weights(),
                world.tokenizer(), ImageProcessorConfig.tinyWorld(), false, Template.V1, "");

        List<Double> losses = losses(original, world);

        assertEquals(losses(withToken, world), losses);
        assertNotEquals(losses.get(0), losses.get(3));
    }

    private List<Double> losses(Llava model, SmallWorld world) {
        List<Double> losses = new ArrayList<>();
        new StageRun(Stage.FEATURE_ALIGNMENT, model, world.file("captions.json"), world.images(), 4, 0, null, LastBatch.KEPT)
                .train(TrainingPlan.ofSteps(4).withBatch(4).withLearningRate(1e-2).withWarmUp(0), (step, steps, loss, tokens) ->
                        losses.add((double) loss), folder.resolve("state-" + model.config().imageTokenId()), false);
        return losses;
    }
}
