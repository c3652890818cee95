package llava4j.connector;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * How the parameters of a connector with queries begin: gains at 1, biases and gates at 0, all else drawn from N(0, σ²).
 *
 * <p>What one would get wrong: queries that begin equal have the same gradient and stay equal for ever.
 */
final class Gaussian {

    private Gaussian() {
    }

    /**
     * Parameters of these names and shapes, the same for the same seed.
     *
     * @param deviation σ of each name; 0 for what begins at zero
     */
    static Map<String, INDArray> parameters(Map<String, long[]> shapes, ToDoubleFunction<String> deviation, long seed) {
        Random random = new Random(seed);
        Map<String, INDArray> weights = new LinkedHashMap<>();
        shapes.forEach((name, shape) -> {
            double sigma = name.endsWith(".bias") ? 0 : deviation.applyAsDouble(name);
            weights.put(name, sigma == 0 ? Nd4j.zeros(DataType.FLOAT, shape)
                    : shape.length == 1 ? Nd4j.ones(DataType.FLOAT, shape) : of(random, sigma, shape));
        });
        return weights;
    }

    private static INDArray of(Random random, double deviation, long... shape) {
        INDArray array = Nd4j.createUninitialized(DataType.FLOAT, shape);
        for (long i = 0; i < array.length(); i++) {
            array.putScalar(i, deviation * random.nextGaussian());
        }
        return array;
    }
}
