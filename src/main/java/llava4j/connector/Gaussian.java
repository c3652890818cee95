package llava4j.connector;

import java.util.Random;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Numbers drawn from N(0, σ²), the same for the same generator: how queries, latents and their matrices begin. */
final class Gaussian {

    private Gaussian() {
    }

    static INDArray of(Random random, double deviation, long... shape) {
        INDArray array = Nd4j.createUninitialized(DataType.FLOAT, shape);
        for (long i = 0; i < array.length(); i++) {
            array.putScalar(i, deviation * random.nextGaussian());
        }
        return array;
    }
}
