package llava4j.image;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import llava4j.error.UserError;

/**
 * The packed pixels of a TIFF, in strips of some rows each: whether they are as many as its size says.
 *
 * <p>What one would get wrong: to leave that to Java's decoder, which makes the rest black where a strip ends early.
 */
final class TiffStrips {

    private static final int WIDTH = 256;
    private static final int HEIGHT = 257;
    private static final int BITS = 258;
    private static final int PACKING = 259;
    private static final int PLACES = 273;
    private static final int SAMPLES = 277;
    private static final int ROWS = 278;
    private static final int LENGTHS = 279;
    private static final int PLANES = 284;
    private static final int LZW = 5;
    private static final int DEFLATE = 8;
    private static final int OLD_DEFLATE = 32_946;
    private static final int PACK_BITS = 32_773;

    private TiffStrips() {
    }

    /** @throws UserError if a strip holds less than its rows, without naming the file */
    static void check(ByteBuffer file, TiffDirectory directory) {
        int packing = directory.number(PACKING, 1);
        int[] places = directory.numbers(PLACES);
        int[] lengths = directory.numbers(LENGTHS);
        if (places.length == 0 || places.length != lengths.length) {
            return;     // tiles, or nothing that a decoder would take
        }
        int height = directory.number(HEIGHT, 0);
        int rows = Math.max(1, Math.min(Integer.toUnsignedLong(directory.number(ROWS, -1)) > height ? height
                : directory.number(ROWS, -1), height));
        int inPlane = (height + rows - 1) / rows;
        int samples = directory.number(PLANES, 1) == 2 ? 1 : directory.number(SAMPLES, 1);
        long row = ((long) directory.number(WIDTH, 0) * directory.number(BITS, 1) * samples + 7) / 8;
        for (int i = 0; i < places.length; i++) {
            long needed = row * Math.min(rows, height - (long) i % inPlane * rows);
            if (places[i] < 0 || lengths[i] < 0 || (long) places[i] + lengths[i] > file.limit()) {
                throw tooFew();
            }
            ByteBuffer strip = file.slice(places[i], lengths[i]);
            long held = switch (packing) {
                case LZW -> LzwCodes.inTiff(strip);
                case DEFLATE, OLD_DEFLATE -> inflated(strip, needed);
                case PACK_BITS -> packedBits(strip);
                default -> needed;
            };
            if (held < needed) {
                throw tooFew();
            }
        }
    }

    private static UserError tooFew() {
        return new UserError("this TIFF is damaged: it holds fewer pixels than its size says; fetch or save it again");
    }

    private static long inflated(ByteBuffer strip, long needed) {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(strip);
            byte[] piece = new byte[1 << 13];
            long held = 0;
            for (int read = inflater.inflate(piece); read > 0 && held < needed; read = inflater.inflate(piece)) {
                held += read;
            }
            return held;
        } catch (DataFormatException e) {
            return 0;
        } finally {
            inflater.end();
        }
    }

    /** A byte n from 0 to 127: n + 1 bytes follow; from -127 to -1: one follows that stands 1 - n times. */
    private static long packedBits(ByteBuffer strip) {
        long held = 0;
        for (int at = 0; at < strip.limit(); ) {
            int n = strip.get(at);
            held += n >= 0 ? Math.min(n + 1, strip.limit() - at - 1) : n > -128 ? 1 - n : 0;
            at += n >= 0 ? n + 2 : n > -128 ? 2 : 1;
        }
        return held;
    }
}
