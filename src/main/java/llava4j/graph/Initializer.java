package llava4j.graph;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Fresh parameters: what each kind of tensor holds before anything is learned.
 *
 * <p>Gains of normalisations begin at 1 and biases at 0, so that a new layer changes little; matrices and embeddings
 * begin as small random numbers, so that no two features are alike.
 */
public final class Initializer {

    private Initializer() {
    }

    /**
     * Parameters for a list of names and shapes, the same for the same seed. A matrix with n inputs has standard
     * deviation 1/√(3n), as PyTorch's linear layer.
     *
     * @param shapes by name
     * @param tables standard deviation of each embedding table, by name
     * @param seed   of all draws
     * @return arrays by name, in the order and shapes of {@code shapes}
     */
    public static Map<String, INDArray> random(Map<String, long[]> shapes, ToDoubleFunction<String> tables, long seed) {
        return random(shapes, tables, new Random(seed), (name, array) -> array);
    }

    /**
     * The same, each array changed as soon as it is drawn: into 16 bits, say, so that all of them are never there in 32.
     *
     * @param shapes  by name
     * @param tables  standard deviation of each embedding table, by name
     * @param random  of all draws
     * @param changed what an array of a name becomes
     * @return arrays by name, in the order of {@code shapes}
     */
    public static Map<String, INDArray> random(Map<String, long[]> shapes, ToDoubleFunction<String> tables,
                                               RandomGenerator random, BiFunction<String, INDArray, INDArray> changed) {
        Map<String, INDArray> weights = new LinkedHashMap<>();
        shapes.forEach((name, shape) -> weights.put(name, changed.apply(name, one(name, shape, tables, random))));
        return weights;
    }

    private static INDArray one(String name, long[] shape, ToDoubleFunction<String> tables, RandomGenerator random) {
        if (name.endsWith(".bias")) {
            return Nd4j.zeros(DataType.FLOAT, shape);
        }
        if (name.contains("norm") && shape.length == 1) {
            return Nd4j.ones(DataType.FLOAT, shape);
        }
        if (shape.length == 0) {
            return Nd4j.scalar(DataType.FLOAT, Math.log(1 / 0.07));      // CLIP's first temperature
        }
        long count = 1;
        for (long size : shape) {
            count *= size;
        }
        boolean table = name.contains("embed") && shape.length < 4;          // a patch embedding is a matrix
        double scale = table ? tables.applyAsDouble(name) : 1 / Math.sqrt(3.0 * count / shape[0]);
        float[] values = new float[Math.toIntExact(count)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (scale * random.nextGaussian());
        }
        return Nd4j.create(values, shape, DataType.FLOAT);
    }
}
