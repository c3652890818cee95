package llava4j.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import llava4j.error.UserError;

/**
 * The frame of a WebP: RIFF, the length of the rest, WEBP, then chunks of [type, length, data], each of even length.
 */
final class WebpChunks {

    private WebpChunks() {
    }

    /** Whether the file says that it is a WebP. */
    static boolean begins(ByteBuffer file) {
        return file.limit() >= 16 && type(file, 0).equals("RIFF") && type(file, 8).equals("WEBP")
                && type(file, 12).startsWith("VP8");
    }

    /**
     * Walks the chunks.
     *
     * @return EXIF, empty where there is none
     * @throws UserError if the file is shorter than it says, or holds a moving picture, saying so without naming the file
     */
    static ByteBuffer check(ByteBuffer bytes) {
        ByteBuffer file = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        long end = 8 + Integer.toUnsignedLong(file.getInt(4));
        if (end > file.limit()) {
            throw UserError.of("this WebP is cut short: %d of %d bytes; fetch or save it again", file.limit(), end);
        }
        ByteBuffer exif = ByteBuffer.allocate(0);
        for (long at = 12; at + 8 <= end; ) {
            long length = Integer.toUnsignedLong(file.getInt((int) at + 4));
            if (at + 8 + length > end) {
                throw UserError.of("this WebP is damaged after byte %d: fetch or save it again", at);
            }
            switch (type(file, (int) at)) {
                case "ANIM" -> throw new UserError("this WebP is a moving picture: save its first picture as PNG");
                case "EXIF" -> exif = file.slice((int) at + 8, (int) length);
                default -> { }
            }
            at += 8 + length + length % 2;
        }
        return exif;
    }

    private static String type(ByteBuffer file, int at) {
        byte[] type = new byte[4];
        file.get(at, type);
        return new String(type, StandardCharsets.US_ASCII);
    }
}
