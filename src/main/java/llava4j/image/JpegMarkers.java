package llava4j.image;

import java.nio.ByteBuffer;
import llava4j.error.UserError;

/**
 * The frame of a JPEG: markers FF xx, most followed by a length and data, from FF D8 to FF D9.
 *
 * <p>Walked before anything is decoded: it says whether the numbers of a pixel are red, green, blue or luma and two
 * chromas, which way is up, and whether the file is whole. What one would get wrong: libjpeg goes by the JFIF marker
 * first, Adobe's second, the components' names last; and decoders fill a file that was cut short with grey and say
 * nothing.
 */
final class JpegMarkers {

    /** Encoders write about ten; thousands of empty ones would keep a decoder busy for hours. */
    /** Frames from this one on are coded arithmetically, the others by Huffman. */
    private static final int ARITHMETIC = 0xc9;
    private static final int MOST_SCANS = 100;

    private static final int START = 0xd8;
    private static final int END = 0xd9;
    private static final int START_OF_SCAN = 0xda;
    private static final int APP0 = 0xe0;
    private static final int APP1 = 0xe1;
    private static final int APP14 = 0xee;

    private final ByteBuffer file;
    private boolean jfif;
    private boolean adobe;
    private int adobeTransform;
    private int components;
    private int[] names = {};
    private int scans;
    private ByteBuffer exif = ByteBuffer.allocate(0);

    private JpegMarkers(ByteBuffer file) {
        this.file = file;
    }

    /** Whether the file says that it is a JPEG. */
    static boolean begins(ByteBuffer file) {
        return file.limit() >= 3 && unsigned(file, 0) == 0xff && unsigned(file, 1) == START
                && unsigned(file, 2) == 0xff;
    }

    /**
     * Walks the markers.
     *
     * @throws UserError if the file ends before the end marker, or holds an absurd number of scans, saying so without
     *                   naming the file
     */
    static JpegMarkers check(ByteBuffer file) {
        JpegMarkers markers = new JpegMarkers(file);
        markers.walk();
        return markers;
    }

    /**
     * Whether each pixel is stored as luma and two chromas rather than red, green, blue (in print, followed by black).
     * Grey is neither.
     */
    boolean isYCbCr() {
        if (components == 4) {
            return adobe && adobeTransform != 0;
        }
        if (components != 3) {
            return false;
        }
        if (jfif) {
            return true;
        }
        if (adobe) {
            return adobeTransform != 0;
        }
        return !(names[0] == 'R' && names[1] == 'G' && names[2] == 'B');
    }

    /** {@return EXIF, empty where there is none} */
    ByteBuffer exif() {
        return exif;
    }

    private void walk() {
        int at = 2;
        while (true) {
            at = afterFiller(at);
            int marker = unsigned(file, at++);
            if (marker == END) {
                return;
            }
            if (standsAlone(marker)) {
                continue;
            }
            int length = segmentLength(at);
            note(marker, at, length);
            at += length;
            if (marker == START_OF_SCAN) {
                at = afterPixels(at);
            }
        }
    }

    /** The place of the marker's second byte: FF may be repeated before it; anything else there is damage. */
    private int afterFiller(int from) {
        int at = from;
        while (at < file.limit() && unsigned(file, at) == 0xff) {
            at++;
        }
        if (at == from || at == file.limit()) {
            throw cutShort(from);
        }
        return at;
    }

    private int segmentLength(int at) {
        int length = at + 1 < file.limit() ? unsigned(file, at) << 8 | unsigned(file, at + 1) : 0;
        if (length < 2 || length > file.limit() - at) {
            throw cutShort(at);
        }
        return length;
    }

    private void note(int marker, int at, int length) {
        if (marker == APP0 && length >= 7 && spells(at + 2, "JFIF\0")) {
            jfif = true;
        } else if (marker == APP1 && exif.limit() == 0 && length >= 8 && spells(at + 2, "Exif\0\0")) {
            exif = file.slice(at + 2, length - 2);
        } else if (marker == APP14 && length >= 14 && spells(at + 2, "Adobe")) {
            adobe = true;
            adobeTransform = unsigned(file, at + 13);
        } else if (isStartOfFrame(marker) && length >= 8) {
            if (marker >= ARITHMETIC) {
                throw new UserError("this JPEG is coded arithmetically, which next to no program writes: save it again as PNG");
            }
            noteFrame(at, length);
        } else if (marker == START_OF_SCAN && ++scans > MOST_SCANS) {
            throw UserError.of("this JPEG has more than %d scans: save it again as PNG", MOST_SCANS);
        }
    }

    private void noteFrame(int at, int length) {
        components = unsigned(file, at + 7);
        if (components != 1 && components != 3 && components != 4 || length < 8 + 3 * components) {
            throw cutShort(at);
        }
        names = new int[components];
        for (int i = 0; i < components; i++) {
            names[i] = unsigned(file, at + 8 + 3 * i);
        }
    }

    /** Skips compressed pixels: there, FF is followed by 0 (a plain 255), FF or a restart marker D0..D7. */
    private int afterPixels(int from) {
        for (int at = from; at + 1 < file.limit(); at++) {
            int next = unsigned(file, at + 1);
            if (unsigned(file, at) == 0xff && next != 0 && next != 0xff && !(next >= 0xd0 && next <= 0xd7)) {
                return at;
            }
        }
        throw cutShort(file.limit());
    }

    private UserError cutShort(int at) {
        return UserError.of("this JPEG is cut short or damaged after byte %d of %d: fetch or save it again", at,
                file.limit());
    }

    private boolean spells(int at, String word) {
        for (int i = 0; i < word.length(); i++) {
            if (unsigned(file, at + i) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Restarts and the like: no length follows. */
    private static boolean standsAlone(int marker) {
        return marker == 0x01 || marker >= 0xd0 && marker <= START;
    }

    /** C0..CF but for Huffman tables (C4), an extension (C8) and arithmetic tables (CC). */
    private static boolean isStartOfFrame(int marker) {
        return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    }

    private static int unsigned(ByteBuffer file, int at) {
        return file.get(at) & 0xff;
    }
}
