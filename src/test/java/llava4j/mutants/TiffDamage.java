package llava4j.mutants;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What is done to a TIFF: where its directory lies, and the entries in there of [tag, type, count, value or place]. EXIF in a
 * JPEG has the same form.
 */
final class TiffDamage {

    private static final int ENTRY = 12;
    private static final int WIDTH = 256;
    private static final int HEIGHT = 257;
    private static final int DEPTH = 258;
    private static final int COMPRESSION = 259;
    private static final int COLOURS = 262;
    private static final int STRIPS = 273;
    private static final int ORIENTATION = 274;
    private static final int SAMPLES = 277;
    private static final int STRIP_ROWS = 278;
    private static final int STRIP_LENGTHS = 279;

    private TiffDamage() {
    }

    static List<Damage> damages() {
        List<Damage> damages = new ArrayList<>(ByteDamage.of(Expected.EITHER, Expected.EITHER));
        for (int tag : new int[] {WIDTH, HEIGHT, DEPTH, COMPRESSION, COLOURS, STRIPS, SAMPLES, STRIP_ROWS, STRIP_LENGTHS}) {
            damages.add(entry("0", tag, Expected.EITHER, at -> at.putInt(8, 0)));
            damages.add(entry("2^32 - 1", tag, Expected.EITHER, at -> at.putInt(8, -1)));
            damages.add(entry("2^31 - 1", tag, Expected.EITHER, at -> at.putInt(8, Integer.MAX_VALUE)));
            damages.add(entry("2^31 - 1 values", tag, Expected.EITHER, at -> at.putInt(4, Integer.MAX_VALUE)));
            damages.add(entry("no values", tag, Expected.EITHER, at -> at.putInt(4, 0)));
            damages.add(entry("text", tag, Expected.EITHER, at -> at.putShort(2, (short) 2)));
            damages.add(entry("type 99", tag, Expected.EITHER, at -> at.putShort(2, (short) 99)));
            damages.add(entry("another tag's", tag, Expected.EITHER, at -> at.putShort(0, (short) 65_000)));
        }
        damages.addAll(List.of(
                entry("40,000", WIDTH, Expected.REFUSED, at -> at.putShort(2, (short) 4).putInt(8, 40_000)),
                entry("JPEG", COMPRESSION, Expected.REFUSED, at -> at.putShort(8, (short) 7)),
                entry("fax", COMPRESSION, Expected.EITHER, at -> at.putShort(8, (short) 4)),
                entry("a kind of nobody's", COMPRESSION, Expected.REFUSED, at -> at.putShort(8, (short) 12_345)),
                whole("a directory beyond the end", Expected.REFUSED, file -> file.putInt(4, 1 << 30)),
                whole("a directory at -1", Expected.REFUSED, file -> file.putInt(4, -1)),
                whole("a directory at 0", Expected.REFUSED, file -> file.putInt(4, 0)),
                whole("a directory of 65,535 entries", Expected.EITHER, file -> file.putShort(file.getInt(4), (short) -1)),
                whole("a directory of no entries", Expected.REFUSED, file -> file.putShort(file.getInt(4), (short) 0)),
                whole("the form with 64-bit places", Expected.REFUSED, file -> file.putShort(2, (short) 43)),
                whole("the bytes in the other order", Expected.REFUSED, file -> file.putShort(0, (short) 0x4d4d)),
                whole("a next directory that is this one", Expected.EITHER, file -> file.putInt(file.getInt(4) + 2
                        + ENTRY * file.getShort(file.getInt(4)), file.getInt(4))),
                (file, random) -> new Mutant("another file after the end", ByteDamage.joined(file, file.length, file,
                        file.length), Expected.SAME)));
        return damages;
    }

    /** What is done to the orientation in a JPEG's EXIF: a picture can be seen without it. */
    static List<Damage> exif() {
        List<Damage> damages = new ArrayList<>();
        for (int value = 0; value < 10; value++) {
            int orientation = value;
            damages.add(exif("orientation " + value, Expected.EITHER, at -> at.putShort(8, (short) orientation)));
        }
        damages.add(exif("an orientation in text", Expected.EITHER, at -> at.putShort(2, (short) 2)));
        damages.add(exif("an orientation of 2^31 - 1 values", Expected.EITHER, at -> at.putInt(4, Integer.MAX_VALUE)));
        damages.add(exif("an orientation of no values", Expected.EITHER, at -> at.putInt(4, 0)));
        damages.add(exif("an orientation elsewhere", Expected.EITHER, at -> at.putInt(4, 100).putInt(8, -1)));
        damages.add((file, random) -> block("a directory at -1", file, exif -> exif.putInt(4, -1)));
        damages.add((file, random) -> block("a directory at 0", file, exif -> exif.putInt(4, 0)));
        damages.add((file, random) -> block("65,535 entries", file, exif -> exif.putShort(8, (short) -1)));
        damages.add((file, random) -> block("the bytes in no order", file, exif -> exif.putShort(0, (short) 0)));
        return damages;
    }

    private static Damage exif(String name, Expected expected, Consumer<ByteBuffer> change) {
        return (file, random) -> {
            Mutant mutant = block(name, file, exif -> change.accept(found(exif, ORIENTATION)));
            return new Mutant(name, mutant.content(), expected);
        };
    }

    private static Mutant block(String name, byte[] file, Consumer<ByteBuffer> change) {
        byte[] bytes = file.clone();
        int place = 0;
        while (!(bytes[place] == 'E' && bytes[place + 1] == 'x' && bytes[place + 2] == 'i' && bytes[place + 3] == 'f')) {
            place++;
        }
        change.accept(ByteBuffer.wrap(bytes, place + 6, bytes.length - place - 6).slice());
        return new Mutant("EXIF with " + name, bytes, Expected.EITHER);
    }

    private static Damage entry(String name, int tag, Expected expected, Consumer<ByteBuffer> change) {
        return whole("entry " + tag + ": " + name, expected, file -> change.accept(found(file, tag)));
    }

    private static Damage whole(String name, Expected expected, Consumer<ByteBuffer> change) {
        return (file, random) -> {
            byte[] bytes = file.clone();
            change.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
            return new Mutant(name, bytes, expected);
        };
    }

    private static ByteBuffer found(ByteBuffer tiff, int tag) {
        int directory = tiff.getInt(4);
        for (int i = 0; i < tiff.getShort(directory); i++) {
            int place = directory + 2 + ENTRY * i;
            if ((tiff.getShort(place) & 0xffff) == tag) {
                return tiff.slice(place, ENTRY).order(tiff.order());
            }
        }
        throw new IllegalStateException("no entry " + tag);
    }
}
