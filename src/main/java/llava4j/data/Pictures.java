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

    private Pictures() {
    }

    /**
     * {@return the features of some pictures}
     *
     * @param model  encodes them; its other parts are not used
     * @param folder where the pictures lie
     * @param names  file names below {@code folder}, each once
     * @throws UserError naming all pictures that are missing or outside the folder, or one that cannot be read
     */
    public static FeatureStore features(Llava model, Path folder, List<String> names) {
        PictureFolder pictures = new PictureFolder(folder);
        pictures.require(names);
        List<Path> files = names.stream().map(pictures::file).collect(Collectors.toList());
        return new FeatureStore(names, model.imageFeaturesOf(files), model.config().imageTokens());
    }
}
