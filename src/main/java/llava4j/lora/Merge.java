package llava4j.lora;

import java.util.LinkedHashMap;
import java.util.Map;
import llava4j.graph.LowRankPath;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Puts an adapter into the weights that it lies beside: W′ = W + s · B A. Then W′ x = W x + s · B (A x), and the model is a
 * plain one again, as fast as its base.
 *
 * <p>The two differ by rounding alone. What one would get wrong: a base in 16 bits is widened first; its own precision would
 * swallow a part of what was learned.
 */
public final class Merge {

    private static final String A = "." + LowRankPath.A;

    private Merge() {
    }

    /**
     * {@return the parameters without an adapter; where there was none, the same arrays}
     *
     * @param weights all parameters by name, those of an adapter among them; not changed
     */
    public static Map<String, INDArray> of(Map<String, INDArray> weights) {
        Map<String, INDArray> plain = new LinkedHashMap<>();
        weights.forEach((name, array) -> {
            String module = name.replaceFirst("\\.[^.]+$", "");
            boolean ofAdapter = name.endsWith(A) || name.endsWith("." + LowRankPath.B)
                    || name.endsWith("." + LowRankPath.SCALE);
            if (name.endsWith(".weight") && weights.containsKey(module + A)) {
                plain.put(name, merged(array, weights, module));
            } else if (!ofAdapter) {
                plain.put(name, array);
            }
        });
        return plain;
    }

    private static INDArray merged(INDArray weight, Map<String, INDArray> weights, String module) {
        INDArray a = weights.get(module + A);
        INDArray b = weights.get(module + "." + LowRankPath.B);
        double scale = weights.get(module + "." + LowRankPath.SCALE).getDouble(0);
        return weight.castTo(DataType.FLOAT).add(b.mmul(a).muli(scale)).dup('c');      // [out, r] x [r, in]
    }
}
