package llava4j.image;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Which way is up, as a camera notes it in EXIF: eight cases, numbered 1 to 8, of mirroring and turning by 90 degrees.
 *
 * <p>Tag 274 of the first directory of EXIF, which has the form of a TIFF ({@link TiffDirectory}). A phone held upright
 * stores the sensor's rows, which lie on their side, and the number 6. What one would get wrong: 6 and 8, which turn to
 * opposite sides, and 5 and 7, which mirror as well. A number that is not there, or makes no sense, means 1: a damaged
 * note is no reason to refuse a picture.
 */
enum Orientation {

    UPRIGHT(false, false, false),
    MIRRORED(false, true, false),
    UPSIDE_DOWN(false, true, true),
    FLIPPED(false, false, true),
    TRANSPOSED(true, false, false),
    TURN_RIGHT(true, false, true),
    TRANSVERSED(true, true, true),
    TURN_LEFT(true, true, false);

    private static final int TAG = 274;
    private static final byte[] PREFIX = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);

    /** Whether rows become columns. */
    private final boolean swapped;

    /** Whether the stored columns are read from the right. */
    private final boolean fromRight;

    /** Whether the stored rows are read from below. */
    private final boolean fromBelow;

    Orientation(boolean swapped, boolean fromRight, boolean fromBelow) {
        this.swapped = swapped;
        this.fromRight = fromRight;
        this.fromBelow = fromBelow;
    }

    /**
     * {@return what EXIF says, or {@link #UPRIGHT}}
     *
     * @param exif with or without the prefix that JPEG puts before it; empty where a file has none
     */
    static Orientation of(ByteBuffer exif) {
        byte[] start = new byte[Math.min(PREFIX.length, exif.limit())];
        exif.get(0, start);
        int skip = Arrays.equals(start, PREFIX) ? PREFIX.length : 0;
        return of(new TiffDirectory(exif.slice(skip, exif.limit() - skip)));
    }

    /** {@return what a TIFF, or EXIF in its form, says, or {@link #UPRIGHT}} */
    static Orientation of(TiffDirectory directory) {
        int number = directory.number(TAG, 1);
        return number >= 1 && number <= 8 ? values()[number - 1] : UPRIGHT;
    }

    /**
     * {@return the picture as it is to be looked at; the same object if it is upright already}
     *
     * @param stored {@code TYPE_INT_RGB}
     */
    BufferedImage applyTo(BufferedImage stored) {
        if (this == UPRIGHT) {
            return stored;
        }
        int width = swapped ? stored.getHeight() : stored.getWidth();
        int height = swapped ? stored.getWidth() : stored.getHeight();
        BufferedImage upright = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        int[] from = pixels(stored);
        int[] to = pixels(upright);
        for (int y = 0, next = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int column = swapped ? y : x;
                int row = swapped ? x : y;
                to[next++] = from[(fromBelow ? stored.getHeight() - 1 - row : row) * stored.getWidth()
                        + (fromRight ? stored.getWidth() - 1 - column : column)];
            }
        }
        return upright;
    }

    private static int[] pixels(BufferedImage image) {
        return ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
    }
}
