package llava4j.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The first directory of a TIFF, a form that EXIF shares: entries of [tag, type, count, value or where it lies].
 *
 * <p>Nothing is read ahead, and nothing outside the file is believed: an entry that points past the end counts as not
 * there, whatever count it claims. What one would get wrong: numbers may be stored with either byte first, and a value of
 * four bytes or less lies in the entry itself.
 */
final class TiffDirectory {

    private static final int ENTRY = 12;
    private static final int[] NONE = {};

    private final ByteBuffer file;

    TiffDirectory(ByteBuffer file) {
        this.file = file.duplicate().order(begins(file) && file.get(0) == 'I'
                ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    }

    /** Whether the file says that it is a TIFF; the large form with 64-bit places is not read. */
    static boolean begins(ByteBuffer file) {
        return file.limit() >= 8 && (file.getInt(0) == 0x49492a00 || file.getInt(0) == 0x4d4d002a);
    }

    /** {@return the first number of an entry}
     *
     * @param tag   which entry
     * @param usual what it means if the entry is not there
     */
    int number(int tag, int usual) {
        int[] numbers = numbers(tag);
        return numbers.length == 0 ? usual : numbers[0];
    }

    /** {@return the whole numbers of an entry, none if it is not there, damaged, or of another type} */
    int[] numbers(int tag) {
        int at = entry(tag);
        if (at < 0) {
            return NONE;
        }
        int size = switch (file.getShort(at + 2)) {
            case 1 -> 1;
            case 3 -> 2;
            case 4 -> 4;
            default -> 0;
        };
        long count = Integer.toUnsignedLong(file.getInt(at + 4));
        long from = size * count <= 4 ? at + 8 : Integer.toUnsignedLong(file.getInt(at + 8));
        if (size == 0 || count == 0 || from + size * count > file.limit()) {
            return NONE;
        }
        int[] numbers = new int[(int) count];
        for (int i = 0; i < count; i++) {
            int place = (int) from + i * size;
            numbers[i] = size == 1 ? file.get(place) & 0xff
                    : size == 2 ? file.getShort(place) & 0xffff : file.getInt(place);
        }
        return numbers;
    }

    /** Where the entry lies, or -1. */
    private int entry(int tag) {
        if (!begins(file.duplicate())) {
            return -1;
        }
        long directory = Integer.toUnsignedLong(file.getInt(4));
        if (directory + 2 > file.limit()) {
            return -1;
        }
        int entries = file.getShort((int) directory) & 0xffff;
        for (long at = directory + 2; entries > 0 && at + ENTRY <= file.limit(); at += ENTRY, entries--) {
            if ((file.getShort((int) at) & 0xffff) == tag) {
                return (int) at;
            }
        }
        return -1;
    }
}
