package llava4j.plan;

import llava4j.data.Pictures;
import llava4j.model.LlavaConfig;
import llava4j.vision.VisionConfig;

/**
 * What pictures take in training, in bytes: the encoder's arrays, which it keeps once it has run, and the features of all
 * pictures.
 *
 * <p>The encoder runs on 32 pictures at a time and on powers of two for what is left, each with arrays of its own: as many as
 * for 32 and the remainder together. A picture's features are 4·P·Dv. What one would get wrong: they are small beside the
 * picture, and large beside the model: 1 MB each for ViT-L/14, 10 GB for ten thousand. Beyond a gigabyte, {@code train} keeps
 * those of a few batches alone.
 *
 * @param encoder  of its arrays
 * @param features of all pictures
 */
public record PictureMemory(long encoder, long features) {

    private static final int AT_ONCE = 32;

    /** What is needed where the features lie in a folder. */
    public static final PictureMemory NONE = new PictureMemory(0, 0);

    /**
     * {@return what a data set's pictures take in training without a folder of features}
     *
     * @param config   the model's sizes
     * @param pictures how many there are
     * @param batch    samples a step, each about a picture of its own
     */
    public static PictureMemory ofDataSet(LlavaConfig config, long pictures, int batch) {
        PictureMemory kept = of(config, pictures);
        if (kept.features() <= Pictures.MOST_KEPT) {
            return kept;
        }
        // As needed: those of this step and of the next one, and the next one's again while they are put in order
        PictureMemory step = of(config, Math.min(pictures, batch));
        return new PictureMemory(step.encoder(), 3 * step.features());
    }

    /**
     * {@return what some pictures take whose features are all kept}
     *
     * @param config   the model's sizes
     * @param pictures how many there are
     */
    public static PictureMemory of(LlavaConfig config, long pictures) {
        if (config.vision() == null || pictures == 0) {
            return NONE;
        }
        VisionConfig c = config.vision();
        long run = pictures < AT_ONCE ? pictures : AT_ONCE + pictures % AT_ONCE;
        long tokens = c.patches() + 1L;
        // Pixels and patches; queries, keys, values and sums; scores and their softmax; the feed-forward part before and after
        long picture = 6L * c.imageSize() * c.imageSize()
                + tokens * (8L * c.hiddenSize() + 2L * c.heads() * tokens + 2L * c.intermediateSize());
        return new PictureMemory(Float.BYTES * run * picture,
                Float.BYTES * pictures * config.features() * config.connector().inputSize());
    }

    /** {@return both together} */
    public long all() {
        return encoder + features;
    }
}
