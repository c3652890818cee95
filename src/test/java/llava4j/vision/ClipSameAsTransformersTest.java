package llava4j.vision;

import static llava4j.support.Near.assertNear;
import static llava4j.support.Near.assertRelative;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import llava4j.Fixtures;
import llava4j.support.Reference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

@DisplayName("CLIP gives what transformers gives:")
class ClipSameAsTransformersTest {

    private final Reference reference = new Reference("clip");
    private final ClipConfig config = reference.directory.clip();

    @Test
    @DisplayName("pictures and captions in the shared space, and how well they fit")
    void embeddingsAndLogits() {
        ClipGraph graph = new ClipGraph(config, reference.weights, 2, 2, parameter -> false);
        Map<String, INDArray> out = graph.output(reference.of("pixel_values"), reference.ids(), "image_embeds",
                "text_embeds", "logits_per_image");
        assertNear(reference.of("image_embeds"), out.get("image_embeds"), 1e-5, "image embeddings");
        assertNear(reference.of("text_embeds"), out.get("text_embeds"), 1e-5, "text embeddings");
        assertNear(reference.of("logits_per_image"), out.get("logits_per_image"), 1e-4, "logits");
    }

    @Test
    @DisplayName("the contrastive loss and its gradient with respect to all of both towers")
    void lossAndGradients() {
        ClipGraph.Gradients result = new ClipGraph(config, reference.weights, 2, 2, parameter -> true)
                .gradients(reference.of("pixel_values"), reference.ids());
        assertEquals(reference.of("contrastive_loss").getDouble(0), result.loss(), 1e-5);
        Map<String, INDArray> expected = reference.all("grad.");
        assertEquals(expected.keySet(), result.byName().keySet());
        expected.forEach((parameter, gradient) -> {
            if (parameter.endsWith("k_proj.bias")) {
                // The same addition to every score leaves a softmax as it is: this gradient is zero but for rounding
                assertEquals(0, result.byName().get(parameter).amaxNumber().doubleValue(), 1e-6, parameter);
            } else {
                assertRelative(gradient, result.byName().get(parameter), 1e-4, parameter);
            }
        });
    }

    @Test
    @DisplayName("an end-of-text id of 2 means \"the largest id of the caption\", as old checkpoints need it")
    void theLargestIdEndsACaptionOfAnOldCheckpoint() {
        TextTowerConfig old = config.text().withEosTokenId(2);
        Map<String, INDArray> expected = Fixtures.reference("clip_old_end");
        ClipGraph graph = new ClipGraph(new ClipConfig(config.vision(), old, config.projectionSize()), reference.weights,
                1, 2, parameter -> false);
        INDArray embeddings = graph.output(Nd4j.zeros(DataType.FLOAT, 1, 3, 12, 12),
                expected.get("input_ids").toIntMatrix(), "text_embeds").get("text_embeds");
        assertNear(expected.get("text_embeds"), embeddings, 1e-5, "text embeddings");
    }
}
