package llava4j.image;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.util.function.ToIntFunction;

/**
 * From the samples that a file holds to 8 bits of red, green and blue, as PIL's {@code convert("RGB")} makes them.
 *
 * <p>Palette: look the colour up. Grey: r = g = b. 16 bits: the upper 8, but min(v, 255) for grey without alpha,
 * as PIL does. YCbCr: r = y + 1.402·cr, g = y − 0.34414·cb − 0.71414·cr, b = y + 1.772·cb with cb, cr counted from
 * 128, in libjpeg's 16-bit fixed point. What one would get wrong: asking Java for the RGB of a pixel applies colour
 * profiles and takes grey to be linear light, which brightens it; the reference reads plain numbers.
 */
final class DecodedColours {

    private DecodedColours() {
    }

    /**
     * A decoded PNG.
     *
     * @param grey whether the file holds grey without alpha; a decoder may add alpha to it for a colour key
     * @return {@code TYPE_INT_RGB}
     */
    static BufferedImage ofPng(BufferedImage decoded, boolean grey, Transparency transparency) {
        ColorModel colours = decoded.getColorModel();
        Raster raster = decoded.getRaster();
        if (colours instanceof IndexColorModel palette) {
            return paint(raster, sample -> transparency.rgb(palette.getRGB(sample[0])));
        }
        int bands = raster.getNumBands();
        int shift = raster.getSampleModel().getSampleSize(0) == 16 ? 8 : 0;
        boolean alpha = bands % 2 == 0;
        return paint(raster, sample -> {
            int red = grey ? Math.min(sample[0], 255) : sample[0] >> shift;
            int green = bands < 3 ? red : sample[1] >> shift;
            int blue = bands < 3 ? red : sample[2] >> shift;
            int opacity = alpha ? sample[bands - 1] >> shift : 255;
            return transparency.rgb(opacity << 24 | red << 16 | green << 8 | blue);
        });
    }

    /**
     * A decoded JPEG.
     *
     * @param raster [H, W, 1 or 3] as the file stores them, not yet converted
     * @param yCbCr  whether three numbers are luma and chromas
     * @return {@code TYPE_INT_RGB}
     */
    static BufferedImage ofJpeg(Raster raster, boolean yCbCr) {
        if (raster.getNumBands() == 1) {
            return paint(raster, sample -> sample[0] * 0x010101);
        }
        return yCbCr
                ? paint(raster, sample -> fromYCbCr(sample[0], sample[1] - 128, sample[2] - 128))
                : paint(raster, sample -> sample[0] << 16 | sample[1] << 8 | sample[2]);
    }

    private static int fromYCbCr(int y, int cb, int cr) {
        int half = 1 << 15;
        int red = y + (91881 * cr + half >> 16);
        int green = y + (-22554 * cb - 46802 * cr + half >> 16);
        int blue = y + (116130 * cb + half >> 16);
        return clip(red) << 16 | clip(green) << 8 | clip(blue);
    }

    private static int clip(int value) {
        return Math.max(0, Math.min(255, value));
    }

    private static BufferedImage paint(Raster raster, ToIntFunction<int[]> colour) {
        int width = raster.getWidth();
        int bands = raster.getNumBands();
        BufferedImage image = new BufferedImage(width, raster.getHeight(), BufferedImage.TYPE_INT_RGB);
        int[] samples = new int[width * bands];
        int[] sample = new int[bands];
        int[] row = new int[width];
        for (int y = 0; y < raster.getHeight(); y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, samples);
            for (int x = 0; x < width; x++) {
                System.arraycopy(samples, x * bands, sample, 0, bands);
                row[x] = colour.applyAsInt(sample);
            }
            image.setRGB(0, y, width, 1, row, 0, width);
        }
        return image;
    }
}
