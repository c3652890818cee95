package llava4j.data;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import llava4j.Llava;
import llava4j.error.UserError;

/**
 * Reads pictures from a folder and runs them through the frozen encoder, some at a time.
 */
public final class Pictures {

    /** Features that are kept in memory, in bytes: 7,000 pictures of a CLIP ViT-B/32, 1,000 of an L/14. */
    public static final long MOST_KEPT = 1L << 30;

    private Pictures() {
    }

    /**
     * {@return the features of a data set's pictures: computed at once and kept if they fit into a gigabyte, else computed as
     * they are needed}
     *
     * @param model  encodes them; its other parts are not used
     * @param folder where the pictures lie
     * @param names  file names below {@code folder}, each once
     * @throws UserError naming all pictures that are missing or outside the folder, or one that cannot be read
     */
    public static FeatureStore ofDataSet(Llava model, Path folder, List<String> names) {
        return bytes(model, names.size()) <= MOST_KEPT ? features(model, folder, names)
                : new FeaturesAsNeeded(model, folder, names);
    }

    /**
     * {@return what the features of some pictures take in float32, in bytes}
     *
     * @param model  whose encoder sees them
     * @param images how many
     */
    public static long bytes(Llava model, long images) {
        return model.config().vision() == null ? 0
                : images * model.config().features() * model.config().vision().hiddenSize() * Float.BYTES;
    }

    /**
     * {@return the features of some pictures}
     *
     * @param model  encodes them; its other parts are not used
     * @param folder where the pictures lie
     * @param names  file names below {@code folder}, each once
     * @throws UserError naming all pictures that are missing or outside the folder, or one that cannot be read
     */
    public static FeaturesInMemory features(Llava model, Path folder, List<String> names) {
        PictureFolder pictures = new PictureFolder(folder);
        pictures.require(names);
        List<Path> files = names.stream().map(pictures::file).collect(Collectors.toList());
        return new FeaturesInMemory(names, model.imageFeaturesOf(files), model.config().features());
    }
}
