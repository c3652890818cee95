package llava4j.data;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import llava4j.checkpoint.TensorBytes;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Features of every picture of a data set in one array, computed once.
 */
public final class FeaturesInMemory implements FeatureStore {

    private final Map<String, Integer> places = new HashMap<>();
    private final INDArray features;
    private final int imageTokens;

    /**
     * @param images      file names
     * @param features    [N*P, Dv] their features, in the same order
     * @param imageTokens P
     */
    public FeaturesInMemory(List<String> images, INDArray features, int imageTokens) {
        for (int i = 0; i < images.size(); i++) {
            places.put(images.get(i), i);
        }
        this.features = features;
        this.imageTokens = imageTokens;
    }

    @Override
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

    private INDArrayIndex rows(int place) {
        return NDArrayIndex.interval((long) place * imageTokens, (long) (place + 1) * imageTokens);
    }

    /** {@return features of all pictures, [N*P, Dv]; shared, not copied} */
    public INDArray all() {
        return features;
    }

    /** A picture at a time: the features of all may fill much of the memory. */
    @Override
    public String checksum(List<String> images) {
        return checksum(images.stream().map(image -> TensorBytes.checksum(Map.of(image, of(List.of(image))))));
    }

    /** One checksum of many. */
    static String checksum(Stream<String> each) {
        CRC32 sum = new CRC32();
        each.forEach(one -> sum.update(one.getBytes(StandardCharsets.US_ASCII)));
        return String.format(Locale.ROOT, "%08x", sum.getValue());
    }
}
