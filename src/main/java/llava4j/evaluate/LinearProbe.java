package llava4j.evaluate;

import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.inverse.InvertMatrix;

/**
 * How much a linear map can read from features: ridge regression onto one-hot classes, A = (XᵀX + λI)⁻¹ XᵀY.
 *
 * <p>The class of a row x is the largest entry of x A. What a probe reads is in the features in the plainest form; what
 * it misses may still be there, folded away. What one would get wrong: it must be scored on rows it was not fitted to.
 */
public final class LinearProbe {

    private static final double RIDGE = 1e-2;

    private final INDArray map;

    /**
     * Fits the map.
     *
     * @param features [n, D]
     * @param classes  [n] numbers from 0
     * @param count    number of classes
     */
    public LinearProbe(INDArray features, int[] classes, int count) {
        INDArray x = withOne(features);                                             // [n, D+1]
        INDArray y = Nd4j.zeros(DataType.DOUBLE, classes.length, count);
        IntStream.range(0, classes.length).forEach(i -> y.putScalar(i, classes[i], 1));
        INDArray square = x.transpose().mmul(x);
        square.addi(Nd4j.eye(square.rows()).castTo(DataType.DOUBLE).muli(RIDGE * classes.length));
        map = InvertMatrix.invert(square, false).mmul(x.transpose()).mmul(y);       // [D+1, count]
    }

    /**
     * {@return the share of the rows whose class is read rightly, in [0, 1]}
     *
     * @param features [n, d], rows that the probe was not fitted to
     * @param classes  [n] the right class of each row, from 0
     */
    public double accuracy(INDArray features, int[] classes) {
        int[] read = withOne(features).mmul(map).argMax(1).toIntVector();
        return IntStream.range(0, read.length).filter(i -> read[i] == classes[i]).count() / (double) read.length;
    }

    /** A column of ones behind the features: the map's bias. */
    private static INDArray withOne(INDArray features) {
        INDArray x = features.castTo(DataType.DOUBLE);
        return Nd4j.hstack(x, Nd4j.ones(DataType.DOUBLE, x.rows(), 1));
    }
}
