package llava4j.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.util.function.ToIntFunction;
import llava4j.error.UserError;

/**
 * From the samples that a file holds to 8 bits of red, green and blue, as PIL's {@code convert("RGB")} makes them.
 *
 * <p>Palette: look the colour up. Grey: r = g = b. 16 bits: the upper 8, but min(v, 255) for grey without alpha,
 * as PIL does. YCbCr: r = y + 1.402·cr, g = y − 0.34414·cb − 0.71414·cr, b = y + 1.772·cb with cb, cr counted from
 * 128, in libjpeg's 16-bit fixed point. Cyan, magenta, yellow and black for print: r = (255 − k) − c·(255 − k)/255 and
 * so on, rounded; in a JPEG all four are stored as 255 minus that, as Adobe does. What one would get wrong: asking Java
 * for the RGB of a pixel applies colour profiles and takes grey to be linear light, which brightens it; the reference
 * reads plain numbers.
 */
final class DecodedColours {

    private DecodedColours() {
    }

    /**
     * A decoded picture whose samples are what the file holds.
     *
     * @param grey whether the file holds grey without alpha; a decoder may add alpha to it for a colour key
     * @return {@code TYPE_INT_RGB}
     * @throws UserError for colours other than grey, red-green-blue and four-colour print, or other numbers than whole
     *                   ones up to 16 bits, saying so without naming the file
     */
    static BufferedImage of(BufferedImage decoded, boolean grey, Transparency transparency) {
        ColorModel colours = decoded.getColorModel();
        Raster raster = decoded.getRaster();
        if (colours instanceof IndexColorModel palette) {
            return paint(raster, sample -> transparency.rgb(palette.getRGB(sample[0])));
        }
        int bits = raster.getSampleModel().getSampleSize(0);
        int space = colours.getColorSpace().getType();
        int bands = raster.getNumBands();
        if (bits > 16 || raster.getTransferType() == DataBuffer.TYPE_SHORT
                || space != ColorSpace.TYPE_GRAY && space != ColorSpace.TYPE_RGB && !(space == ColorSpace.TYPE_CMYK && bits == 8)) {
            throw new UserError("its colours are in a form that is not read: save it as PNG or JPEG");
        }
        if (space == ColorSpace.TYPE_CMYK) {
            return paint(raster, sample -> fromInks(sample[0], sample[1], sample[2], sample[3]));
        }
        boolean alpha = bands % 2 == 0;
        boolean multiplied = colours.isAlphaPremultiplied();
        return paint(raster, sample -> {
            int opacity = alpha ? eightBits(sample[bands - 1], bits) : 255;
            for (int i = 0; i < bands; i++) {
                int value = grey ? Math.min(sample[i], 255) : eightBits(sample[i], bits);
                sample[i] = !multiplied ? value : opacity == 0 ? 0 : Math.min(255, 255 * value / opacity);
            }
            return transparency.rgb(opacity << 24 | sample[0] << 16 | sample[bands < 3 ? 0 : 1] << 8
                    | sample[bands < 3 ? 0 : 2]);
        });
    }

    /**
     * A decoded JPEG.
     *
     * @param raster [H, W, 1, 3 or 4] as the file stores them, not yet converted
     * @param yCbCr  whether the first three numbers are luma and chromas
     * @return {@code TYPE_INT_RGB}
     */
    static BufferedImage ofJpeg(Raster raster, boolean yCbCr) {
        if (raster.getNumBands() == 1) {
            return paint(raster, sample -> sample[0] * 0x010101);
        }
        ToIntFunction<int[]> three = yCbCr
                ? sample -> fromYCbCr(sample[0], sample[1] - 128, sample[2] - 128)
                : sample -> sample[0] << 16 | sample[1] << 8 | sample[2];
        if (raster.getNumBands() == 3) {
            return paint(raster, three);
        }
        return paint(raster, sample -> {
            // libjpeg makes 255 - r, 255 - g, 255 - b of luma and chromas here
            int rgb = three.applyAsInt(sample);
            int stored = yCbCr ? ~rgb : rgb;
            return fromInks(255 - (stored >> 16 & 0xff), 255 - (stored >> 8 & 0xff), 255 - (stored & 0xff), 255 - sample[3]);
        });
    }

    private static int eightBits(int value, int bits) {
        return bits == 8 ? value : bits > 8 ? value >> bits - 8 : value * 255 / ((1 << bits) - 1);
    }

    private static int fromInks(int cyan, int magenta, int yellow, int black) {
        int light = 255 - black;
        return withInk(light, cyan) << 16 | withInk(light, magenta) << 8 | withInk(light, yellow);
    }

    private static int withInk(int light, int ink) {
        int taken = ink * light + 128;
        return light - (taken + (taken >> 8) >> 8);
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
