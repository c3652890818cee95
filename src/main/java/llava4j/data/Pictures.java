package llava4j.data;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import llava4j.Llava;
import llava4j.error.UserError;
import llava4j.image.ImageFile;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Reads pictures from a folder and runs them through the frozen encoder, some at a time.
 */
public final class Pictures {

    private static final int AT_A_TIME = 256;

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
        List<INDArray> parts = new ArrayList<>();
        for (int start = 0; start < names.size(); start += AT_A_TIME) {
            List<BufferedImage> images = new ArrayList<>();
            for (String name : names.subList(start, Math.min(names.size(), start + AT_A_TIME))) {
                images.add(ImageFile.read(pictures.file(name)));
            }
            parts.add(model.imageFeatures(images));
        }
        return new FeatureStore(names, Nd4j.concat(0, parts.toArray(INDArray[]::new)), model.config().imageTokens());
    }
}
