package llava4j.data;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The encoder's features of a data set's pictures, wherever they come from.
 *
 * <p>The encoder is frozen in both stages, so what it says of a picture never changes: a training step needs Zv, not Xv.
 * The reference code runs the encoder anew in each step of each epoch. Here features are computed once and kept in memory
 * while they fit ({@link FeaturesInMemory}), kept in a folder ({@link FeatureFolder}), or computed as they are needed
 * ({@link FeaturesAsNeeded}). In float32 all three give the same numbers to the last bit.
 */
public interface FeatureStore {

    /**
     * {@return features of some pictures in the order they are named, [n*P, Dv], or {@code null} for none}
     *
     * @param images names, each as often as it is wanted
     * @throws llava4j.error.UserError naming a picture, or a file of features, that cannot be read
     */
    INDArray of(List<String> images);

    /**
     * Says which pictures are asked for next, so that they can be got ready in the meantime.
     *
     * @param images names, as the next {@link #of} gives them
     */
    default void expect(List<String> images) {
        // What is at hand needs no preparation.
    }

    /**
     * {@return a checksum by which a run that goes on knows that its features are those it began with}
     *
     * @param images names, each once
     */
    String checksum(List<String> images);
}
