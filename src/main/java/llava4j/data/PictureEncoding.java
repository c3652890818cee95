package llava4j.data;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import llava4j.Llava;
import llava4j.error.UserError;
import llava4j.execution.Awaited;
import llava4j.execution.NativeMemory;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Runs pictures through the frozen encoder into a folder of features, shard after shard, in memory that does not grow with
 * their number.
 *
 * <p>It may be ended at any moment: what is in whole shards is not encoded again. The next pictures are decoded by a thread
 * beside while the encoder works. A picture that cannot be read is told of and left out; the others are kept.
 */
public final class PictureEncoding {

    /** Pictures that the encoder sees at once. */
    private static final int BATCH = 32;
    /** Pictures in a shard: what is lost if the process is killed. */
    public static final int SHARD = 256;

    private record Decoded(String name, INDArray pixels, String fault) {
    }

    private final Llava model;
    private final PictureFolder pictures;
    private final FeatureFolder features;

    /**
     * @param model    whose encoder is used
     * @param images   folder of the pictures
     * @param features where their features are kept
     */
    public PictureEncoding(Llava model, Path images, FeatureFolder features) {
        this.model = model;
        this.pictures = new PictureFolder(images);
        this.features = features;
    }

    /**
     * Encodes those pictures whose features are not there yet.
     *
     * @param names    file names below the folder, each once
     * @param progress is told how many are done, and of how many
     * @param fault    is told of each picture that cannot be read, in one line
     * @return the pictures that cannot be read
     * @throws UserError if the features cannot be written
     */
    public Set<String> encode(List<String> names, BiConsumer<Integer, Integer> progress, Consumer<String> fault) {
        List<String> missing = features.missing(names);
        Set<String> bad = new LinkedHashSet<>();
        Map<String, INDArray> shard = new LinkedHashMap<>();
        ExecutorService decoder = Executors.newSingleThreadExecutor();
        try {
            Deque<Future<Decoded>> decoded = new ArrayDeque<>();
            Iterator<String> next = missing.iterator();
            int done = 0;
            List<Decoded> batch = new ArrayList<>();
            while (done < missing.size()) {
                while (decoded.size() < 2 * BATCH && next.hasNext()) {
                    String name = next.next();
                    decoded.add(decoder.submit(() -> decoded(name)));
                }
                Decoded one = Awaited.result(decoded.remove());
                done++;
                if (one.fault() == null) {
                    batch.add(one);
                } else {
                    bad.add(one.name());
                    fault.accept(one.fault());
                }
                boolean end = done == missing.size();
                if (batch.size() == BATCH || end && !batch.isEmpty()) {
                    encode(batch, shard);
                    batch.clear();
                    progress.accept(done, missing.size());
                }
                if (shard.size() == SHARD || end && !shard.isEmpty()) {
                    features.add(shard);
                    shard.clear();
                    NativeMemory.trim();
                }
            }
            return bad;
        } finally {
            decoder.shutdownNow();
        }
    }

    private Decoded decoded(String name) {
        try {
            String fault = pictures.fault(name);
            return fault.isEmpty() ? new Decoded(name, model.pixelValues(pictures.file(name)), null)
                    : new Decoded(name, null, fault);
        } catch (UserError e) {
            return new Decoded(name, null, e.getMessage());
        }
    }

    private void encode(List<Decoded> batch, Map<String, INDArray> shard) {
        INDArray all = model.imageFeaturesOfPixels(batch.stream().map(Decoded::pixels).toList());
        int tokens = model.config().features();
        for (int i = 0; i < batch.size(); i++) {
            shard.put(batch.get(i).name(), all.get(NDArrayIndex.interval((long) i * tokens, (long) (i + 1) * tokens),
                    NDArrayIndex.all()).dup('c'));
        }
    }
}
