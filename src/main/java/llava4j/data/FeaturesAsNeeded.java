package llava4j.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import llava4j.Llava;
import llava4j.error.UserError;
import llava4j.execution.Awaited;
import llava4j.execution.Threads;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Features that are computed as a step asks for them and kept no longer; a thread beside the training computes those of
 * the next step.
 *
 * <p>This serves data whose features would not fit into memory and are seen once, as stage 1's are: one epoch computes each
 * picture once, whether its features are kept or not. Several epochs want a {@link FeatureFolder}.
 */
public final class FeaturesAsNeeded implements FeatureStore {

    private final Llava model;
    private final PictureFolder pictures;
    private final String origin;
    private final ExecutorService beside;
    private List<String> expected;
    private Future<INDArray> next;

    /**
     * @param model  encodes the pictures
     * @param folder where they lie
     * @param names  all that will be asked for, below {@code folder}
     * @throws UserError naming all that are missing, outside the folder, or no pictures
     */
    public FeaturesAsNeeded(Llava model, Path folder, List<String> names) {
        this.model = model;
        this.pictures = new PictureFolder(folder);
        pictures.require(names);
        this.origin = FeatureOrigin.of(model).toString();
        this.beside = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "encoder");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public INDArray of(List<String> images) {
        if (images.isEmpty()) {
            return null;
        }
        if (!images.equals(expected)) {
            expect(images);
        }
        try {
            return Awaited.result(next);
        } finally {
            expected = null;
            next = null;
        }
    }

    @Override
    public void expect(List<String> images) {
        if (!images.isEmpty()) {
            expected = List.copyOf(images);
            next = beside.submit(() -> encoded(images));
        }
    }

    /** Each picture is encoded once, however many samples of the batch are about it. */
    private INDArray encoded(List<String> images) {
        Threads.fit(model.config().decoder().hiddenSize());
        List<String> each = images.stream().distinct().toList();
        List<Path> files = each.stream().map(pictures::file).collect(Collectors.toList());
        return new FeaturesInMemory(each, model.imageFeaturesOf(files), model.config().features()).of(images);
    }

    /** Of the encoder, and of the pictures' names and sizes: to compute the features for it would take as long as the run. */
    @Override
    public String checksum(List<String> images) {
        return FeaturesInMemory.checksum(Stream.concat(Stream.of(hash(origin)), images.stream()
                .map(image -> hash(image + " " + size(image)))));
    }

    private static String hash(String text) {
        return String.format(Locale.ROOT, "%08x", text.hashCode());
    }

    private long size(String image) {
        try {
            return Files.size(pictures.file(image));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
