package llava4j.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import llava4j.error.UserError;

/**
 * The frame of a PNG: 8 bytes of signature, then chunks of [length, type, data, checksum] up to the chunk IEND.
 *
 * <p>Walked before anything is decoded, so that no length reaches the decoder that the file does not hold. What one
 * would get wrong: a decoder may well fill a file that was cut short with black and say nothing.
 */
final class PngChunks {

    private static final long SIGNATURE = 0x89504e470d0a1a0aL;
    /** Place of the colour type: after signature, length, type, width, height and depth. */
    private static final int COLOUR_TYPE = 25;
    private static final int LENGTH_TYPE_AND_CHECKSUM = 12;

    private PngChunks() {
    }

    /** Whether the file says that it is a PNG. */
    static boolean begins(ByteBuffer file) {
        return file.limit() >= 8 && file.getLong(0) == SIGNATURE;
    }

    /**
     * Walks the chunks.
     *
     * @return EXIF, empty where there is none
     * @throws UserError if the file ends before IEND, saying so without naming the file
     */
    static ByteBuffer check(ByteBuffer file) {
        int at = 8;
        ByteBuffer exif = ByteBuffer.allocate(0);
        while (file.limit() - at >= LENGTH_TYPE_AND_CHECKSUM) {
            long length = Integer.toUnsignedLong(file.getInt(at));
            if (length > file.limit() - at - LENGTH_TYPE_AND_CHECKSUM) {
                break;
            }
            String type = type(file, at + 4);
            if (type.equals("IEND")) {
                return exif;
            }
            if (type.equals("eXIf")) {
                exif = file.slice(at + 8, (int) length);
            }
            at += LENGTH_TYPE_AND_CHECKSUM + (int) length;
        }
        throw UserError.of("this PNG is cut short or damaged after byte %d of %d: fetch or save it again", at,
                file.limit());
    }

    /** Whether a file that passed {@link #check} holds grey without alpha: colour type 0 of the header chunk. */
    static boolean isGrey(ByteBuffer file) {
        return file.limit() > COLOUR_TYPE && file.get(COLOUR_TYPE) == 0;
    }

    private static String type(ByteBuffer file, int at) {
        byte[] type = new byte[4];
        file.get(at, type);
        return new String(type, StandardCharsets.US_ASCII);
    }
}
