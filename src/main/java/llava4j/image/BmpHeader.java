package llava4j.image;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import llava4j.error.UserError;

/**
 * The frame of a BMP: 14 bytes of the file, then a header with size, depth and kind of packing.
 *
 * <p>What one would get wrong: to believe the length of the file that the file itself names. Many programs write 0 there,
 * and PIL does not look; Java's decoder does, and then finds no pixels.
 */
final class BmpHeader {

    private static final int FILE_LENGTH = 2;
    private static final int HEADER = 14;
    private static final int OLDEST = 12;
    private static final int WIDTH = HEADER + 4;
    private static final int HEIGHT = HEADER + 8;
    private static final int DEPTH = HEADER + 14;
    private static final int PACKING = HEADER + 16;
    private static final int PACKED_8_BITS = 1;
    private static final int PACKED_4_BITS = 2;
    private static final int BIT_FIELDS = 3;

    private BmpHeader() {
    }

    /** The letters BM alone begin many a text; a length of the second header that there is makes it a picture. */
    static boolean begins(ByteBuffer file) {
        if (file.limit() < HEADER + 40 || file.get(0) != 'B' || file.get(1) != 'M') {
            return false;
        }
        int header = Integer.reverseBytes(file.getInt(HEADER));
        return header == OLDEST || header >= 40 && header <= 124;
    }

    /**
     * Looks at what can be told before anything is decoded.
     *
     * @return the same file, with the length that it has
     * @throws UserError if it is too large, a wrapper around another format, or packed otherwise than its depth allows,
     *                   without naming the file
     */
    static ImageInputStream check(ByteBuffer file) {
        ByteBuffer header = file.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        if (header.get(HEADER) != OLDEST) {
            ImageFormat.checkSize(new ImageSize(Math.abs(header.getInt(HEIGHT)), header.getInt(WIDTH)));
            int packing = header.getInt(PACKING);
            if (packing > BIT_FIELDS) {
                throw new UserError("this BMP is a wrapper around another format: save it as PNG or JPEG");
            }
            int depth = header.getShort(DEPTH);
            if (packing == PACKED_8_BITS && depth != 8 || packing == PACKED_4_BITS && depth != 4) {
                throw UserError.of("this BMP is damaged: %d bits a pixel are never packed in that way; fetch or save it again",
                        depth);
            }
        }
        byte[] bytes = new byte[file.limit()];
        header.get(0, bytes);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(FILE_LENGTH, bytes.length);
        return new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes));
    }
}
