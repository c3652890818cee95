package llava4j.image;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import llava4j.error.UserError;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Turns a picture into the numbers that CLIP's encoder takes, equal to transformers' {@code CLIPImageProcessor} on PIL.
 *
 * <p>resize → centre crop → x · rescaleFactor → (x − mean) / std → channels first. What one would get wrong: the resize
 * rounds to bytes ({@link BicubicResize}), so the last two steps see 256 values a channel; they are a table here. The
 * reference multiplies in float64, rounds to float32, then subtracts and divides in float32.
 */
public final class ClipImageProcessor {

    private final ImageProcessorConfig config;

    /** [3][256]: what each byte of red, green and blue becomes. */
    private final float[][] table;

    /**
     * Prepares a table of the 256 values of each channel.
     *
     * @param config every step and its numbers
     */
    public ClipImageProcessor(ImageProcessorConfig config) {
        this.config = config;
        this.table = new float[3][];
        for (int channel = 0; channel < 3; channel++) {
            table[channel] = table(config, channel);
        }
    }

    /** {@return the settings that pictures are processed by} */
    public ImageProcessorConfig config() {
        return config;
    }

    /**
     * One picture.
     *
     * @param image of any size, from {@link ImageFile#read}
     * @return float [3, H, W]; H and W are the crop's, or without a crop the resized picture's
     * @throws UserError if the picture is too thin to be resized
     */
    public INDArray pixelValues(BufferedImage image) {
        RgbBytes bytes = resizedAndCropped(image);
        return Nd4j.create(values(bytes), new long[] {3, bytes.height(), bytes.width()}, DataType.FLOAT);
    }

    /**
     * A batch of pictures.
     *
     * @param images at least one
     * @return float [N, 3, H, W]
     * @throws UserError if they differ in size once resized and cropped, or one is too thin to be resized
     */
    public INDArray pixelValues(List<BufferedImage> images) {
        if (images.isEmpty()) {
            throw new IllegalArgumentException("A batch needs at least one picture");
        }
        float[] batch = null;
        ImageSize size = null;
        for (int n = 0; n < images.size(); n++) {
            RgbBytes bytes = resizedAndCropped(images.get(n));
            if (n == 0) {
                size = bytes.size();
                batch = new float[Math.toIntExact(Math.multiplyExact(3L * images.size(), size.pixels()))];
            } else if (!size.equals(bytes.size())) {
                throw UserError.of("Picture %d has %s pixels and picture 1 has %s: a batch needs one size", n + 1,
                        bytes.size(), size);
            }
            float[] values = values(bytes);
            System.arraycopy(values, 0, batch, n * values.length, values.length);
        }
        return Nd4j.create(batch, new long[] {images.size(), 3, size.height(), size.width()}, DataType.FLOAT);
    }

    /**
     * LLaVA-1.5's {@code expand2square}: the picture in the middle of a square of the mean colour, so that a centre
     * crop loses nothing. Apply it before {@link #pixelValues(BufferedImage)} where config.json says
     * {@code "image_aspect_ratio": "pad"}.
     *
     * @param image W x H pixels
     * @return max(W, H) pixels a side; the picture begins at ⌊difference / 2⌋; the colour is ⌊255 · mean⌋
     * @throws UserError if the square would have more than 50 million pixels, or the mean is no colour
     */
    public BufferedImage padToSquare(BufferedImage image) {
        RgbBytes bytes = RgbBytes.of(image);
        int edge = Math.max(bytes.width(), bytes.height());
        if ((long) edge * edge > BicubicResize.MOST_PIXELS) {
            throw UserError.of("A picture of %s pixels is too long to pad to a square: crop it first", bytes.size());
        }
        return bytes.window(-((edge - bytes.height()) / 2), -((edge - bytes.width()) / 2), new ImageSize(edge, edge),
                background()).toImage();
    }

    private Color background() {
        int[] mean = config.imageMean().stream().mapToInt(value -> (int) (value * 255)).toArray();
        if (Arrays.stream(mean).anyMatch(value -> value < 0 || value > 255)) {
            throw UserError.of("image_mean %s is no colour to pad with: it must lie between 0 and 1",
                    config.imageMean());
        }
        return new Color(mean[0], mean[1], mean[2]);
    }

    /** The picture as the last two steps find it; the bytes that the reference's numpy array holds at that point. */
    RgbBytes resizedAndCropped(BufferedImage image) {
        RgbBytes bytes = RgbBytes.of(image);
        if (config.doResize()) {
            bytes = BicubicResize.resize(bytes, config.size().sizeFor(bytes.size()), config.resample());
        }
        if (config.doCenterCrop()) {
            // Rounded down, also when the picture is smaller than the crop and lies inside it, on black
            ImageSize crop = config.cropSize();
            int top = Math.floorDiv(bytes.height() - crop.height(), 2);
            int left = Math.floorDiv(bytes.width() - crop.width(), 2);
            bytes = bytes.window(top, left, crop, Color.BLACK);
        }
        return bytes;
    }

    private float[] values(RgbBytes bytes) {
        byte[] in = bytes.values();
        int pixels = in.length / 3;
        float[] out = new float[in.length];
        for (int i = 0, next = 0; i < pixels; i++) {
            for (int channel = 0; channel < 3; channel++) {
                // [H, W, 3] -> [3, H, W]
                out[channel * pixels + i] = table[channel][in[next++] & 0xff];
            }
        }
        return out;
    }

    private static float[] table(ImageProcessorConfig config, int channel) {
        float mean = config.imageMean().get(channel).floatValue();
        float std = config.imageStd().get(channel).floatValue();
        float[] table = new float[256];
        for (int value = 0; value < 256; value++) {
            float rescaled = config.doRescale() ? (float) (value * config.rescaleFactor()) : value;
            table[value] = config.doNormalize() ? (rescaled - mean) / std : rescaled;
        }
        return table;
    }
}
