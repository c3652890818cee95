package llava4j.pretrain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

@DisplayName("Features that were centred")
class CentredFeaturesTest {

    @Test
    @DisplayName("have a mean of zero: a second look finds nothing left to move")
    void centred() {
        ClipRecipe recipe = ClipRecipe.tinyWorld();
        Map<String, INDArray> weights = ClipPretraining.fresh(recipe.config(), 1);
        double first = CentredFeatures.move(recipe, weights);
        assertTrue(first > 0.05, "patches share something: " + first);
        assertEquals(0, CentredFeatures.move(recipe, weights), 1e-4);
    }
}
