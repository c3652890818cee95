package llava4j.mutants;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** What is done to a JPEG: segments that begin with FF and a marker, each with a length of two bytes, then the scan. */
final class JpegDamage {

    private static final int START_OF_FRAME = 0xC0;
    private static final int HUFFMAN_TABLES = 0xC4;
    private static final int QUANTISATION_TABLES = 0xDB;
    private static final int START_OF_SCAN = 0xDA;
    private static final int COMMENT = 0xFE;
    private static final int APPLICATION_1 = 0xE1;

    private JpegDamage() {
    }

    static List<Damage> damages() {
        List<Damage> damages = new ArrayList<>(ByteDamage.of(Expected.EITHER, Expected.EITHER));
        damages.addAll(List.of(
                frame("a height of 0", 5, 0, 0),
                frame("a width of 0", 7, 0, 0),
                frame("65,535 x 65,535 pixels", 5, 255, 255, 255, 255),
                frame("12 bits a sample", 4, 12),
                frame("no components", 9, 0),
                frame("255 components", 9, 255),
                frame("sampling factors of 0", 11, 0),
                frame("sampling factors of 15", 11, 255),
                frame("a quantisation table that is not there", 12, 3),
                (file, random) -> without(file, HUFFMAN_TABLES, "its Huffman tables", Expected.REFUSED_OR_SAME),
                (file, random) -> without(file, QUANTISATION_TABLES, "its quantisation tables", Expected.REFUSED),
                (file, random) -> without(file, START_OF_FRAME, "its frame", Expected.REFUSED),
                (file, random) -> new Mutant("without its scan", Arrays.copyOf(file, segment(file, START_OF_SCAN)),
                        Expected.REFUSED),
                (file, random) -> new Mutant("without the marker of its end", Arrays.copyOf(file, file.length - 2),
                        Expected.EITHER),
                (file, random) -> ByteDamage.put(file, "a frame of length 0", segment(file, START_OF_FRAME) + 2, 0, 0),
                (file, random) -> ByteDamage.put(file, "a frame of length 65,535", segment(file, START_OF_FRAME) + 2, 255, 255),
                (file, random) -> ByteDamage.put(file, "tables of length 1", segment(file, HUFFMAN_TABLES) + 2, 0, 1),
                (file, random) -> ByteDamage.put(file, "arithmetic coding", segment(file, START_OF_FRAME) + 1, 0xC9),
                (file, random) -> ByteDamage.put(file, "lossless coding", segment(file, START_OF_FRAME) + 1, 0xC3),
                (file, random) -> inFront(file, "a comment", COMMENT, new byte[20], Expected.SAME),
                (file, random) -> inFront(file, "an Exif block of zeros", APPLICATION_1,
                        new byte[] {'E', 'x', 'i', 'f', 0, 0, 0, 0, 0, 0, 0, 0}, Expected.EITHER),
                (file, random) -> inFront(file, "an Exif block that points out of itself", APPLICATION_1, new byte[] {'E', 'x',
                    'i', 'f', 0, 0, 'M', 'M', 0, 42, (byte) 255, (byte) 255, (byte) 255, (byte) 255}, Expected.EITHER),
                (file, random) -> inFront(file, "an Exif block that points to itself", APPLICATION_1, new byte[] {'E', 'x',
                    'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 0, 0, 0, 0, 8}, Expected.EITHER),
                (file, random) -> inFront(file, "an unknown orientation (9)", APPLICATION_1, new byte[] {'E', 'x', 'i', 'f', 0,
                    0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 18, 0, 3, 0, 0, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0}, Expected.EITHER),
                JpegDamage::restartInScan,
                (file, random) -> new Mutant("the scan alone", Arrays.copyOfRange(file, segment(file, START_OF_SCAN),
                        file.length), Expected.REFUSED),
                (file, random) -> new Mutant("the first two bytes", Arrays.copyOf(file, 2), Expected.REFUSED),
                (file, random) -> new Mutant("half of its scan", Arrays.copyOf(file, (segment(file, START_OF_SCAN)
                        + file.length) / 2), Expected.REFUSED),
                (file, random) -> new Mutant("another file after the end", ByteDamage.joined(file, file.length, file,
                        file.length), Expected.EITHER),
                (file, random) -> new Mutant("a page of HTML", "<html><body>404</body></html>", Expected.REFUSED)));
        return damages;
    }

    /** Where the first segment of a marker begins. */
    private static int segment(byte[] file, int marker) {
        int place = 2;
        while ((file[place + 1] & 255) != marker) {
            place += 2 + ((file[place + 2] & 255) << 8 | file[place + 3] & 255);
        }
        return place;
    }

    private static Damage frame(String name, int offset, int... bytes) {
        return (file, random) -> ByteDamage.put(file, name, segment(file, START_OF_FRAME) + offset, bytes);
    }

    /** Without Huffman tables the usual ones are meant: cameras' films leave them out. */
    private static Mutant without(byte[] file, int marker, String name, Expected expected) {
        byte[] rest = file;
        while (indexOf(rest, marker) >= 0) {
            int place = indexOf(rest, marker);
            int length = 2 + ((rest[place + 2] & 255) << 8 | rest[place + 3] & 255);
            rest = ByteDamage.joined(rest, place, new byte[0], place + length);
        }
        return new Mutant("without " + name, rest, expected);
    }

    private static int indexOf(byte[] file, int marker) {
        int place = 2;
        while ((file[place + 1] & 255) != marker) {
            if ((file[place + 1] & 255) == START_OF_SCAN) {
                return -1;
            }
            place += 2 + ((file[place + 2] & 255) << 8 | file[place + 3] & 255);
        }
        return place;
    }

    private static Mutant inFront(byte[] file, String name, int marker, byte[] content, Expected expected) {
        byte[] segment = new byte[4 + content.length];
        segment[0] = (byte) 255;
        segment[1] = (byte) marker;
        segment[3] = (byte) (2 + content.length);
        System.arraycopy(content, 0, segment, 4, content.length);
        return new Mutant(name + " in front", ByteDamage.joined(file, 2, segment, 2), expected);
    }

    private static Mutant restartInScan(byte[] file, Random random) {
        int scan = segment(file, START_OF_SCAN);
        int place = scan + 16 + random.nextInt(file.length - scan - 18);
        return new Mutant("a marker in the middle of the scan, at " + place, ByteDamage.joined(file, place,
                new byte[] {(byte) 255, (byte) 0xD0}, place), Expected.EITHER);
    }
}
