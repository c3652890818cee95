package llava4j.image;

import java.awt.Color;
import java.awt.image.BufferedImage;

/**
 * A picture as numbers: red, green, blue of the top left pixel, then of its right neighbour, row after row.
 *
 * <p>Channel c of pixel (x, y) is values[3·(y·width + x) + c], a byte to be read as 0..255: [H, W, 3] of the reference.
 *
 * @param width  in pixels
 * @param height in pixels
 * @param values height · width · 3 bytes
 */
record RgbBytes(int width, int height, byte[] values) {

    /** A black picture. */
    static RgbBytes blank(int width, int height) {
        return new RgbBytes(width, height, new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))]);
    }

    /** The colours of a picture; alpha, should there be any, is dropped. */
    static RgbBytes of(BufferedImage image) {
        RgbBytes bytes = blank(image.getWidth(), image.getHeight());
        int[] row = new int[bytes.width];
        int next = 0;
        for (int y = 0; y < bytes.height; y++) {
            image.getRGB(0, y, bytes.width, 1, row, 0, bytes.width);
            for (int rgb : row) {
                bytes.values[next++] = (byte) (rgb >> 16);
                bytes.values[next++] = (byte) (rgb >> 8);
                bytes.values[next++] = (byte) rgb;
            }
        }
        return bytes;
    }

    ImageSize size() {
        return new ImageSize(height, width);
    }

    /**
     * Cuts a window out, and fills what of it lies beside the picture.
     *
     * @param top  row of the picture where the window begins; negative: above the picture
     * @param left column where it begins; negative: left of the picture
     */
    RgbBytes window(int top, int left, ImageSize size, Color outside) {
        RgbBytes out = blank(size.width(), size.height());
        byte[] fill = {(byte) outside.getRed(), (byte) outside.getGreen(), (byte) outside.getBlue()};
        for (int i = 0; i < out.values.length; i++) {
            out.values[i] = fill[i % 3];
        }
        int fromX = Math.max(0, left);
        int count = Math.min(width, left + out.width) - fromX;
        for (int y = Math.max(0, top); y < Math.min(height, top + out.height); y++) {
            System.arraycopy(values, 3 * (y * width + fromX), out.values, 3 * ((y - top) * out.width + fromX - left),
                    3 * count);
        }
        return out;
    }

    /** The same picture as {@code TYPE_INT_RGB}. */
    BufferedImage toImage() {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        int[] row = new int[width];
        int next = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++, next += 3) {
                row[x] = (values[next] & 0xff) << 16 | (values[next + 1] & 0xff) << 8 | values[next + 2] & 0xff;
            }
            image.setRGB(0, y, width, 1, row, 0, width);
        }
        return image;
    }
}
