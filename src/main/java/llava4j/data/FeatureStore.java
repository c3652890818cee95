package llava4j.data;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The encoder's features of every picture of a data set, computed once.
 *
 * <p>The encoder is frozen in both stages, so what it says of a picture never changes: a training step needs Zv, not Xv.
 * The reference code runs the encoder anew in each step of each epoch.
 */
public final class FeatureStore {

    private final Map<String, Integer> places = new HashMap<>();
    private final INDArray features;
    private final int imageTokens;

    /**
     * @param images      file names
     * @param features    [N*P, Dv] their features, in the same order
     * @param imageTokens P
     */
    public FeatureStore(List<String> images, INDArray features, int imageTokens) {
        for (int i = 0; i < images.size(); i++) {
            places.put(images.get(i), i);
        }
        this.features = features;
        this.imageTokens = imageTokens;
    }

    /**
     * {@return features of some pictures in the order they are named, [n*P, Dv], or {@code null} for none}
     *
     * @param images names, each as often as it is wanted
     */
    public INDArray of(List<String> images) {
        if (images.isEmpty()) {
            return null;
        }
        INDArray chosen = Nd4j.createUninitialized(DataType.FLOAT, (long) images.size() * imageTokens, features.size(1));
        for (int i = 0; i < images.size(); i++) {
            chosen.get(rows(i), NDArrayIndex.all()).assign(features.get(rows(places.get(images.get(i))),
                    NDArrayIndex.all()));
        }
        return chosen;
    }

    private org.nd4j.linalg.indexing.INDArrayIndex rows(int place) {
        return NDArrayIndex.interval((long) place * imageTokens, (long) (place + 1) * imageTokens);
    }

    /** {@return features of all pictures, [N*P, Dv]; shared, not copied} */
    public INDArray all() {
        return features;
    }
}
