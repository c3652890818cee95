package llava4j.image;

import java.nio.ByteBuffer;

/**
 * How many bytes the codes of GIF's and TIFF's packing, LZW, stand for, without unpacking them.
 *
 * <p>A code is a byte, or one more byte than an earlier code, so lengths alone have to be kept. What it is for: Java's
 * decoders fill what a damaged file leaves out, and say nothing.
 */
final class LzwCodes {

    private static final int WIDEST = 12;

    private final ByteBuffer codes;
    private final boolean highestFirst;
    private int place;

    private LzwCodes(ByteBuffer codes, boolean highestFirst) {
        this.codes = codes;
        this.highestFirst = highestFirst;
    }

    /** GIF: 2 to 8 bits a pixel, a code's lowest bit first. */
    static long inGif(ByteBuffer codes, int bits) {
        return new LzwCodes(codes, false).length(bits);
    }

    /** TIFF: bytes, a code's highest bit first, and codes grow wider by one code earlier. */
    static long inTiff(ByteBuffer codes) {
        return new LzwCodes(codes, true).length(8);
    }

    private long length(int bits) {
        int clear = 1 << bits;
        int end = clear + 1;
        int early = highestFirst ? 1 : 0;
        int[] lengths = new int[1 << WIDEST];
        int next = end + 1;
        int width = bits + 1;
        int before = -1;
        long all = 0;
        while (place + width <= 8L * codes.limit()) {
            int code = code(width);
            if (code == end || code > next) {
                break;
            }
            if (code == clear) {
                next = end + 1;
                width = bits + 1;
                before = -1;
                continue;
            }
            int longer = before < 0 ? 1 : (before < clear ? 1 : lengths[before]) + 1;
            all += code < clear ? 1 : code == next ? longer : lengths[code];
            if (before >= 0 && next < lengths.length) {
                lengths[next++] = longer;
            }
            if (next + early == 1 << width && width < WIDEST) {
                width++;
            }
            before = code;
        }
        return all;
    }

    private int code(int width) {
        int code = 0;
        for (int i = 0; i < width; i++, place++) {
            int bits = codes.get(place >> 3) & 0xff;
            code = highestFirst ? code << 1 | bits >> 7 - (place & 7) & 1 : code | (bits >> (place & 7) & 1) << i;
        }
        return code;
    }
}
