package llava4j.spark;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import llava4j.Llava;
import llava4j.data.FeatureFolder;
import llava4j.data.PictureEncoding;

/**
 * One task of an encoding: as many pictures as make a shard, which is written whole or not at all.
 *
 * <p>Pictures are cut into shards as one process cuts them, and a shard is a multiple of what the encoder sees at once, so the
 * files are the same, byte for byte. A task that is run again looks first: what the lost executor had written is not encoded twice.
 *
 * @param bad    pictures that cannot be read
 * @param faults a line on each
 */
record EncodedShard(List<String> bad, List<String> faults) implements Serializable {

    /** Encodes what is not there yet; called on an executor. */
    static EncodedShard of(Asked asked, String images, String folder, FeatureFolder.Precision precision, List<String> names) {
        Llava model = asked.model();
        synchronized (model) {          // the encoder's graph is one for each process
            List<String> faults = new ArrayList<>();
            FeatureFolder features = FeatureFolder.open(Path.of(folder), model, Optional.of(precision));
            List<String> bad = List.copyOf(new PictureEncoding(model, Path.of(images), features).encode(names, (done, all) -> { },
                    faults::add));
            return new EncodedShard(bad, List.copyOf(faults));
        }
    }
}
