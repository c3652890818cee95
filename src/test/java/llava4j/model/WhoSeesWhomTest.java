package llava4j.model;

import static llava4j.support.Near.assertNear;
import static llava4j.support.Near.distance;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Random;
import llava4j.support.TinyModel;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

@DisplayName("Who sees whom")
class WhoSeesWhomTest {

    private final LlavaConfig config = TinyModel.config("linear");
    private final Map<String, INDArray> weights = TinyModel.weights(config, 1);
    private final ForwardGraph one = new ForwardGraph(config, weights, 1, false);

    private static Prompt words(int... ids) {
        return Prompt.padded(List.of(ids), TinyModel.PAD, true, null);
    }

    private static INDArray rows(INDArray logits, int row, int from, int to) {
        return logits.get(NDArrayIndex.point(row), NDArrayIndex.interval(from, to), NDArrayIndex.all());
    }

    @Test
    @DisplayName("the causal mask keeps a token from seeing the next: only it and those behind it change with it")
    void theCausalMaskKeepsATokenFromSeeingTheNext() {
        int[] ids = {1, 6, 8, 10, 12, 14, 16, 18};
        INDArray before = one.logits(words(ids));
        for (int changed = 1; changed < ids.length; changed++) {
            int[] other = ids.clone();
            other[changed] = 5;
            INDArray after = one.logits(words(other));
            assertNear(rows(before, 0, 0, changed), rows(after, 0, 0, changed), 1e-6, "logits before place " + changed);
            for (int t = changed; t < ids.length; t++) {
                assertTrue(distance(rows(before, 0, t, t + 1), rows(after, 0, t, t + 1)) > 1e-4,
                        "place " + t + " does not see place " + changed);
            }
        }
    }

    @Test
    @DisplayName("a row sees no other row of the batch")
    void rowsDoNotSeeEachOther() {
        int[] first = {1, 6, 8, 10};
        int[] second = {1, 7, 9, 11};
        INDArray together = new ForwardGraph(config, weights, 2, false)
                .logits(Prompt.padded(List.of(first, second), TinyModel.PAD, true, null));
        assertNear(rows(one.logits(words(first)), 0, 0, 4), rows(together, 0, 0, 4), 1e-5, "first row");
        assertNear(rows(one.logits(words(second)), 0, 0, 4), rows(together, 1, 0, 4), 1e-5, "second row");
    }

    @Test
    @DisplayName("padding on either side, whatever its id, does not change what is said")
    void paddingIsNotSeen() {
        int[] ids = {1, 6, 8, 10, 12};
        INDArray alone = one.logits(words(ids));
        int[] longer = TinyModel.words(new Random(2), 9);
        ForwardGraph two = new ForwardGraph(config, weights, 2, false);
        for (int pad : new int[] {TinyModel.PAD, 17}) {
            INDArray left = two.logits(Prompt.padded(List.of(ids, longer), pad, true, null));
            assertNear(rows(alone, 0, 0, 5), rows(left, 0, 4, 9), 1e-5, "padded on the left");
            INDArray right = two.logits(Prompt.padded(List.of(ids, longer), pad, false, null));
            assertNear(rows(alone, 0, 0, 5), rows(right, 0, 0, 5), 1e-5, "padded on the right");
        }
    }
}
