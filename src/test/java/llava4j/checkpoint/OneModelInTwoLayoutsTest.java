package llava4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Optional;
import llava4j.Fixtures;
import llava4j.support.Near;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

@DisplayName("One model in two layouts")
class OneModelInTwoLayoutsTest {

    @Test
    @DisplayName("of transformers 5 in float32 and of transformers 4 in float16 shards has the same sizes and weights")
    void transformersFourAndFive() {
        ModelDirectory five = Fixtures.model("llava_two_pictures");
        ModelDirectory four = ModelDirectory.open(Fixtures.path("llava_two_pictures/transformers_4"), Optional.empty());
        assertEquals(five.llava(), four.llava());
        Map<String, INDArray> expected = five.weights();
        Map<String, INDArray> weights = four.weights();
        assertEquals(expected.keySet(), weights.keySet());
        expected.forEach((name, array) -> assertTrue(Near.sameBits(array, weights.get(name)), name));
    }
}
