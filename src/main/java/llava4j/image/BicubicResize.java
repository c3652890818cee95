package llava4j.image;

import java.awt.image.BufferedImage;
import llava4j.error.UserError;

/**
 * Resizes an 8-bit picture exactly as PIL does: antialiased, in two passes, rounded to 8 bits after each.
 *
 * <p>out = V · round(H · in): every row is mixed to its new width (H), then every column to its new height (V), each
 * with the weights of {@link ResamplingWeights}. What one would get wrong: Java2D's bicubic does not average when it
 * shrinks, and one pass in floating point differs by a step wherever the first pass was rounded or clipped. CLIP was
 * trained on PIL's pixels.
 *
 * <p>The order matters for the same reason, and the reference changed it: from Pillow 13 on the columns come first,
 * out = H · round(V · in), where the height loses more than twice as many pixels as the width; before, the rows did.
 * Pillow 13 is followed here. Of pictures that shrink in proportion, those more than twice as tall as wide differ, mostly
 * by a step.
 */
public final class BicubicResize {

    /** More pixels than this, after a pass, mean a thread-thin picture or a wrong size, not something to look at. */
    static final long MOST_PIXELS = 50_000_000;

    private BicubicResize() {
    }

    /**
     * Resizes with the bicubic filter (PIL's {@code Image.resize((width, height), BICUBIC)}).
     *
     * @param image  a picture without alpha
     * @param width  of the result, in pixels, at least 1
     * @param height of the result, in pixels, at least 1
     * @return {@code TYPE_INT_RGB}; a picture of its own even if the size stays
     * @throws UserError if the result, or the picture between the passes, would have more than 50 million pixels
     * @see #resize(BufferedImage, int, int, ResamplingFilter)
     */
    public static BufferedImage resize(BufferedImage image, int width, int height) {
        return resize(image, width, height, ResamplingFilter.BICUBIC);
    }

    /**
     * Resizes to width x height pixels, whatever that does to the proportions.
     *
     * @param image  a picture without alpha
     * @param width  of the result, in pixels, at least 1
     * @param height of the result, in pixels, at least 1
     * @param filter weighs the neighbours
     * @return {@code TYPE_INT_RGB}; a picture of its own even if the size stays
     * @throws UserError if the result, or the picture between the passes, would have more than 50 million pixels
     * @throws IllegalArgumentException if width or height is less than 1
     */
    public static BufferedImage resize(BufferedImage image, int width, int height, ResamplingFilter filter) {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("A picture of " + width + " x " + height + " pixels");
        }
        return resize(RgbBytes.of(image), new ImageSize(height, width), filter).toImage();
    }

    static RgbBytes resize(RgbBytes in, ImageSize size, ResamplingFilter filter) {
        boolean columnsFirst = columnsFirst(in.size(), size);
        ImageSize between = columnsFirst
                ? new ImageSize(size.height(), in.width())
                : new ImageSize(in.height(), size.width());
        if (Math.max(size.pixels(), between.pixels()) > MOST_PIXELS) {
            throw UserError.of("A picture of %s pixels cannot be resized to %s: that takes more than %d million pixels;"
                    + " crop it first", in.size(), size, MOST_PIXELS / 1_000_000);
        }
        return columnsFirst
                ? toWidth(toHeight(in, size.height(), filter), size.width(), filter)
                : toHeight(toWidth(in, size.width(), filter), size.height(), filter);
    }

    private static boolean columnsFirst(ImageSize in, ImageSize out) {
        int lostRows = in.height() - out.height();
        int lostColumns = in.width() - out.width();
        return lostRows > 0 && lostRows > 2 * lostColumns;
    }

    /** H: mixes every row; a picture that has the width is left alone, as in the reference. */
    private static RgbBytes toWidth(RgbBytes in, int width, ResamplingFilter filter) {
        if (in.width() == width) {
            return in;
        }
        ResamplingWeights weights = new ResamplingWeights(in.width(), width, filter);
        RgbBytes out = RgbBytes.blank(width, in.height());
        int next = 0;
        for (int y = 0; y < in.height(); y++) {
            for (int x = 0; x < width; x++) {
                for (int channel = 0; channel < 3; channel++) {
                    out.values()[next++] = weights.mix(in.values(), 3 * y * in.width() + channel, 3, x);
                }
            }
        }
        return out;
    }

    /** V: mixes every column; a picture that has the height is left alone. */
    private static RgbBytes toHeight(RgbBytes in, int height, ResamplingFilter filter) {
        if (in.height() == height) {
            return in;
        }
        ResamplingWeights weights = new ResamplingWeights(in.height(), height, filter);
        RgbBytes out = RgbBytes.blank(in.width(), height);
        int rowLength = 3 * in.width();
        int next = 0;
        for (int y = 0; y < height; y++) {
            for (int i = 0; i < rowLength; i++) {
                out.values()[next++] = weights.mix(in.values(), i, rowLength, y);
            }
        }
        return out;
    }
}
