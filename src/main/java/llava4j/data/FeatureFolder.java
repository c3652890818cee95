package llava4j.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import llava4j.Llava;
import llava4j.checkpoint.Safetensors;
import llava4j.checkpoint.SafetensorsWriter;
import llava4j.checkpoint.TensorBytes;
import llava4j.error.UserError;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Features in a folder, in safetensors files ("shards") of some hundred pictures each: a tensor [P, Dv] for every picture,
 * under its file name.
 *
 * <p>A shard is written whole or not at all and says for itself where its features come from ({@link FeatureOrigin}), so that
 * there is no index that could disagree with it. Each picture has a checksum, which is compared when its features are read.
 * They are read and not mapped: mapped pages count as the program's own memory, and a shard that is cut short would end
 * the virtual machine.
 */
public final class FeatureFolder implements FeatureStore {

    private static final String CHECKSUMS = "checksums";
    private static final int MOST_OPEN = 64;

    /** How features are kept. */
    public enum Precision {
        /** Half the room; 11 significant bits. */
        FLOAT16(DataType.HALF),
        /** The encoder's own numbers. */
        FLOAT32(DataType.FLOAT);

        private final DataType type;

        Precision(DataType type) {
            this.type = type;
        }

        /** As it is written on the command line. */
        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    private record Place(Path shard, String checksum) {
    }

    private final Path folder;
    private final FeatureOrigin origin;
    private final int imageTokens;
    private final int width;
    private final Map<String, Place> places = new HashMap<>();
    private Precision precision;
    private final Set<Path> shards = new HashSet<>();
    private final Map<Path, Safetensors> open = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, Safetensors> eldest) {
            if (size() > MOST_OPEN) {
                eldest.getValue().close();
                return true;
            }
            return false;
        }
    };

    private FeatureFolder(Path folder, FeatureOrigin origin, int imageTokens, int width) {
        this.folder = folder;
        this.origin = origin;
        this.imageTokens = imageTokens;
        this.width = width;
    }

    /**
     * Opens a folder of features, or begins one.
     *
     * @param folder    made when there is something to write
     * @param model     whose encoder the features must be of
     * @param precision in which they are kept; empty: as the folder has them, float32 in an empty one
     * @return what is there
     * @throws UserError if its features are of another encoder, another layer or another precision, or a shard is damaged
     */
    public static FeatureFolder open(Path folder, Llava model, Optional<Precision> precision) {
        FeatureFolder opened = new FeatureFolder(folder, FeatureOrigin.of(model), model.config().features(),
                model.config().vision().hiddenSize());
        opened.precision = precision.orElse(null);
        opened.takeNew();
        if (opened.precision == null) {
            opened.precision = Precision.FLOAT32;
        }
        return opened;
    }

    /**
     * Takes in the shards that are new in the folder: other processes may have written some.
     *
     * @throws UserError as {@link #open} does
     */
    public void takeNew() {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(file -> file.getFileName().toString().matches("features-[0-9a-f]{8}\\.safetensors"))
                        .filter(file -> !shards.contains(file)).sorted().forEach(this::take);
            } catch (IOException e) {
                throw new UserError(folder + ": cannot be listed: give a folder with --features or --out", e);
            }
        }
    }

    private void take(Path shard) {
        try (Safetensors file = Safetensors.open(shard)) {
            origin.differenceTo(file.metadata()).ifPresent(difference -> {
                throw UserError.of("%s: its features are not those of this model (%s): give another folder", folder, difference);
            });
            String[] checksums = file.metadata().getOrDefault(CHECKSUMS, "").split(" ");
            if (checksums.length != file.names().size()) {
                throw UserError.of("%s: %d checksums for %d pictures: delete this file, and encode again", shard,
                        checksums.length, file.names().size());
            }
            int next = 0;
            for (String image : file.names()) {
                Precision own = file.type(image).equals("F16") ? Precision.FLOAT16 : Precision.FLOAT32;
                precision = precision == null ? own : precision;
                if (own != precision) {
                    throw UserError.of("%s: its features are %s, not %s: choose another folder, or --precision %s", folder, own,
                            precision, own);
                }
                if (!Arrays.equals(file.shape(image), new long[] {imageTokens, width})) {
                    throw UserError.of("%s: features of %s have shape %s, not [%d, %d]: delete this file, and encode again",
                            shard, image, Arrays.toString(file.shape(image)), imageTokens, width);
                }
                places.putIfAbsent(image, new Place(shard, checksums[next++]));
            }
            shards.add(shard);
        }
    }

    /**
     * {@return those pictures whose features are not here, in the order they are named}
     *
     * @param images names, each once
     */
    public List<String> missing(Collection<String> images) {
        return images.stream().filter(image -> !places.containsKey(image)).collect(Collectors.toList());
    }

    /**
     * Writes one shard.
     *
     * @param features [P, Dv] of each picture, float32; none of them is here yet
     * @throws UserError if it cannot be written, or a number is past what float16 holds
     */
    void add(Map<String, INDArray> features) {
        Map<String, INDArray> sorted = new TreeMap<>();
        List<String> checksums = new ArrayList<>();
        CRC32C names = new CRC32C();
        for (Map.Entry<String, INDArray> entry : new TreeMap<>(features).entrySet()) {
            INDArray kept = entry.getValue().castTo(precision.type);
            INDArray read = kept.castTo(DataType.FLOAT);
            if (!Double.isFinite(read.amaxNumber().doubleValue())) {
                throw UserError.of("features of %s are past what %s holds: encode with --precision float32", entry.getKey(),
                        precision);
            }
            sorted.put(entry.getKey(), kept);
            checksums.add(TensorBytes.checksum(Map.of(entry.getKey(), read)));
            names.update((entry.getKey() + "\n").getBytes(StandardCharsets.UTF_8));
        }
        // Named by what is in it: two processes that encode the same pictures write the same file
        Path shard = folder.resolve(String.format("features-%08x.safetensors", names.getValue()));
        Map<String, String> metadata = new TreeMap<>(origin.metadata());
        metadata.put(CHECKSUMS, String.join(" ", checksums));
        SafetensorsWriter.write(shard, sorted, metadata);
        int next = 0;
        for (String image : sorted.keySet()) {
            places.put(image, new Place(shard, checksums.get(next++)));
        }
        shards.add(shard);
    }

    @Override
    public INDArray of(List<String> images) {
        if (images.isEmpty()) {
            return null;
        }
        INDArray chosen = Nd4j.createUninitialized(DataType.FLOAT, (long) images.size() * imageTokens, width);
        for (int i = 0; i < images.size(); i++) {
            Place place = places.get(images.get(i));
            try (INDArray features = open.computeIfAbsent(place.shard(), Safetensors::open).get(images.get(i))) {
                if (!TensorBytes.checksum(Map.of(images.get(i), features)).equals(place.checksum())) {
                    throw UserError.of("%s: the features of %s do not fit their checksum: delete this file, and encode again",
                            place.shard(), images.get(i));
                }
                chosen.get(NDArrayIndex.interval((long) i * imageTokens, (long) (i + 1) * imageTokens), NDArrayIndex.all())
                        .assign(features);
            }
        }
        return chosen;
    }

    @Override
    public String checksum(List<String> images) {
        return FeaturesInMemory.checksum(images.stream().map(image -> places.get(image).checksum()));
    }

    /** {@return where the features lie} */
    public Path folder() {
        return folder;
    }

    /** {@return the number of files} */
    public int shards() {
        return shards.size();
    }

    /** {@return how the numbers are kept} */
    public Precision precision() {
        return precision;
    }
}
