package llava4j.image;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import llava4j.error.UserError;

/**
 * What is done to a picture before the encoder sees it: the contents of {@code preprocessor_config.json}.
 *
 * <p>The steps, in this order, each with its switch: resize, centre crop, x := x · rescaleFactor,
 * x := (x − mean) / std. What one would get wrong: CLIP's own mean and deviation are neither ½ nor
 * ImageNet's.
 *
 * @param doResize      whether pictures are resized
 * @param size          to which size
 * @param resample      with which filter
 * @param doCenterCrop  whether the middle is cut out
 * @param cropSize      how much of it
 * @param doRescale     whether 0..255 is multiplied by {@code rescaleFactor}
 * @param rescaleFactor 1/255 as a rule
 * @param doNormalize   whether mean and deviation are taken out
 * @param imageMean     of red, green, blue, after rescaling
 * @param imageStd      of red, green, blue, after rescaling
 * @param doConvertRgb  whether grey, palette and transparent pictures become RGB; {@link ImageFile} does so always
 */
public record ImageProcessorConfig(boolean doResize, ResizeTarget size, ResamplingFilter resample,
                                   boolean doCenterCrop, ImageSize cropSize,
                                   boolean doRescale, double rescaleFactor,
                                   boolean doNormalize, List<Double> imageMean, List<Double> imageStd,
                                   boolean doConvertRgb) {

    /** No encoder in use sees more pixels a side; a number beyond is a mistake, and would be a huge allocation. */
    private static final int LONGEST_EDGE = 4096;

    /** Mean of the pictures that CLIP was trained on. */
    public static final List<Double> CLIP_MEAN = List.of(0.48145466, 0.4578275, 0.40821073);

    /** Their standard deviation. */
    public static final List<Double> CLIP_STD = List.of(0.26862954, 0.26130258, 0.27577711);

    /**
     * Checks every number.
     *
     * @param doResize      whether pictures are resized
     * @param size          to which size
     * @param resample      with which filter
     * @param doCenterCrop  whether the middle is cut out
     * @param cropSize      how much of it
     * @param doRescale     whether 0..255 is multiplied by {@code rescaleFactor}
     * @param rescaleFactor more than 0, at most 255
     * @param doNormalize   whether mean and deviation are applied
     * @param imageMean     of red, green and blue
     * @param imageStd      of red, green and blue, at least 1e-6
     * @param doConvertRgb  whether a grey picture becomes one of three channels
     * @throws UserError naming the first field out of range
     */
    public ImageProcessorConfig {
        if (size.shortestEdge() != 0) {
            checkEdge("size.shortest_edge", size.shortestEdge());
        } else {
            checkEdge("size.height", size.height());
            checkEdge("size.width", size.width());
        }
        checkEdge("crop_size.height", cropSize.height());
        checkEdge("crop_size.width", cropSize.width());
        if (!(rescaleFactor > 0 && rescaleFactor <= 255)) {
            throw UserError.of("rescale_factor %s must be more than 0 and at most 255", rescaleFactor);
        }
        imageMean = List.copyOf(imageMean);
        imageStd = List.copyOf(imageStd);
        if (imageMean.size() != 3 || imageStd.size() != 3) {
            throw UserError.of("image_mean has %d and image_std %d numbers; both need 3, for red, green and blue",
                    imageMean.size(), imageStd.size());
        }
        for (double mean : imageMean) {
            if (!(Math.abs(mean) <= 255)) {
                throw UserError.of("image_mean %s must lie between -255 and 255", mean);
            }
        }
        for (double std : imageStd) {
            // Less than this and a step of 1/255 would leave what half precision can hold
            if (!(std >= 1e-6 && std <= 255)) {
                throw UserError.of("image_std %s must lie between 0.000001 and 255", std);
            }
        }
    }

    /**
     * {@return CLIP's own settings: shorter edge and centre crop of {@code edge} pixels, bicubic, CLIP's mean and
     * deviation}
     *
     * @param edge side of the square picture, in pixels
     */
    public static ImageProcessorConfig clip(int edge) {
        return new ImageProcessorConfig(true, ResizeTarget.shortestEdge(edge), ResamplingFilter.BICUBIC,
                true, new ImageSize(edge, edge), true, 1.0 / 255, true, CLIP_MEAN, CLIP_STD, true);
    }

    /** {@return the tiny world's settings: its pictures are 48 x 48 already, and 0..255 becomes −1..1} */
    public static ImageProcessorConfig tinyWorld() {
        List<Double> half = Collections.nCopies(3, 0.5);
        return new ImageProcessorConfig(false, ResizeTarget.exactly(48, 48), ResamplingFilter.BICUBIC,
                false, new ImageSize(48, 48), true, 1.0 / 255, true, half, half, true);
    }

    /**
     * Reads {@code preprocessor_config.json}, or the part {@code image_processor} of {@code processor_config.json}, as
     * transformers 4 and 5 write them. What the file leaves out is as in {@link #clip clip(224)}.
     *
     * @param file either of the two
     * @return the settings, every number checked
     * @throws UserError naming the file: missing, not JSON, a field of the wrong kind or out of range, or a processor
     *                   that does something else than CLIP's
     */
    public static ImageProcessorConfig read(Path file) {
        return ImageProcessorJson.read(file);
    }

    /**
     * {@return the same for an image processor that knows no crop: the whole picture is squeezed to the square that the encoder
     * sees, its proportions given up, as BLIP-2 and IDEFICS do behind every encoder}
     */
    public ImageProcessorConfig withoutCrop() {
        return doCenterCrop ? new ImageProcessorConfig(true, ResizeTarget.exactly(cropSize.height(), cropSize.width()), resample,
                false, cropSize, doRescale, rescaleFactor, doNormalize, imageMean, imageStd, doConvertRgb) : this;
    }

    /**
     * Writes {@code preprocessor_config.json} as transformers' CLIP and LLaVA read it.
     *
     * @param file replaced if it is there
     * @throws UserError if it cannot be written
     */
    public void write(Path file) {
        write(file, ImageProcessorType.CLIP);
    }

    /**
     * Writes {@code preprocessor_config.json} as transformers reads it. The file is replaced whole or not at all.
     *
     * @param file replaced if it is there
     * @param type the image processor that the model's directory is opened with; where it cannot say these settings, CLIP's, which
     *             can say them all, is named instead
     * @throws UserError if it cannot be written
     */
    public void write(Path file, ImageProcessorType type) {
        boolean square = !doCenterCrop && size.equals(ResizeTarget.exactly(cropSize.height(), cropSize.width()));
        ImageProcessorJson.write(this, file, type.crops() || square ? type : ImageProcessorType.CLIP);
    }

    private static void checkEdge(String field, int pixels) {
        if (pixels < 1 || pixels > LONGEST_EDGE) {
            throw UserError.of("%s %d must lie between 1 and %d", field, pixels, LONGEST_EDGE);
        }
    }
}
