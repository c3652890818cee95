package llava4j.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.stream.IntStream;
import llava4j.support.TinyModel;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

@DisplayName("The linear probe")
class LinearProbeTest {

    private static final int ROWS = 3000;

    private final INDArray seen = TinyModel.gaussian(new Random(1), 1, ROWS, 6);
    private final INDArray unseen = TinyModel.gaussian(new Random(2), 1, ROWS, 6);

    private static int[] signs(INDArray features) {
        return IntStream.range(0, ROWS).map(i -> features.getDouble(i, 3) > 0 ? 1 : 0).toArray();
    }

    /** The sign of a product, which no linear map of the factors tells. */
    private static int[] products(INDArray features) {
        return IntStream.range(0, ROWS).map(i -> features.getDouble(i, 0) * features.getDouble(i, 1) > 0 ? 1 : 0).toArray();
    }

    @Test
    @DisplayName("reads on unseen rows what is a linear function of the features")
    void readsWhatIsLinear() {
        double accuracy = new LinearProbe(seen, signs(seen), 2).accuracy(unseen, signs(unseen));
        assertTrue(accuracy > 0.97, "accuracy " + accuracy);
    }

    @Test
    @DisplayName("does not read what is there but folded away: the sign of a product stays near chance")
    void doesNotReadWhatIsFoldedAway() {
        assertEquals(0.5, new LinearProbe(seen, products(seen), 2).accuracy(unseen, products(unseen)), 0.05);
    }
}
