package llava4j.mutants;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What is done to a GIF: a screen, a table of colours, then pictures, each a descriptor and blocks of packed pixels. */
final class GifDamage {

    private static final int SCREEN = 6;
    private static final int TABLE = 13;
    private static final int BACKGROUND = 11;

    private GifDamage() {
    }

    static List<Damage> damages() {
        List<Damage> damages = new ArrayList<>(ByteDamage.of(Expected.EITHER, Expected.EITHER));
        damages.addAll(List.of(
                picture("a width of 0", 5, 0, 0),
                picture("a height of 0", 7, 0, 0),
                picture("65,535 x 65,535 pixels", 5, 255, 255, 255, 255),
                (file, random) -> ByteDamage.put(file, "a screen of 65,535 x 65,535 pixels", SCREEN, 255, 255, 255, 255),
                (file, random) -> cleanly(ByteDamage.put(file, "a screen of 0 x 0 pixels", SCREEN, 0, 0, 0, 0)),
                (file, random) -> cleanly(ByteDamage.put(file, "a background that is no colour", BACKGROUND, 255)),
                (file, random) -> cleanly(ByteDamage.put(file, "version 88a", 4, '8')),
                (file, random) -> cleanly(ByteDamage.put(file, "a picture beside the screen", at(file) + 1, 200, 0, 200, 0)),
                (file, random) -> cleanly(ByteDamage.put(file, "interlaced, which it is not", at(file) + 9, 0x40)),
                picture("a table of its own that is not there", 9, 0x87),
                picture("codes of 0 bits", 10, 0),
                picture("codes of 13 bits", 10, 13),
                picture("codes of 255 bits", 10, 255),
                picture("no pixels", 11, 0),
                (file, random) -> cleanly(new Mutant("half of its pixels, ended rightly", ByteDamage.joined(file,
                        (at(file) + file.length) / 2, new byte[] {0, 0x3b}, file.length), Expected.EITHER)),
                (file, random) -> between(file, "a comment", Expected.SAME, 0x21, 0xfe, 2, 'h', 'i', 0),
                (file, random) -> between(file, "an unknown extension", Expected.SAME, 0x21, 0x55, 1, 0, 0),
                (file, random) -> between(file, "an extension without an end", Expected.REFUSED, 0x21, 0xfe, 255),
                (file, random) -> between(file, "a transparent colour that is not there", Expected.EITHER,
                        0x21, 0xf9, 4, 1, 0, 0, 255, 0),
                (file, random) -> between(file, "a short graphic control", Expected.EITHER, 0x21, 0xf9, 1, 1, 0),
                (file, random) -> between(file, "a picture in words alone", Expected.EITHER, 0x21, 0x01, 12, 0, 0, 0, 0,
                        9, 0, 9, 0, 8, 8, 1, 0, 1, 'x', 0),
                (file, random) -> between(file, "an unknown block", Expected.REFUSED, 0x55),
                (file, random) -> new Mutant("without its table", withoutTable(file), Expected.EITHER),
                (file, random) -> new Mutant("without its end", Arrays.copyOf(file, file.length - 1), Expected.EITHER),
                (file, random) -> new Mutant("without a picture", ByteDamage.joined(file, at(file), new byte[] {0x3b},
                        file.length), Expected.REFUSED),
                (file, random) -> new Mutant("another file after the end", ByteDamage.joined(file, file.length, file,
                        file.length), Expected.SAME)));
        return damages;
    }

    /** Where the first picture's descriptor begins: after the table, in a file without extensions. */
    private static int at(byte[] file) {
        int place = TABLE + 3 * (2 << (file[10] & 7));
        if (file[place] != ',') {
            throw new IllegalStateException("no picture at " + place);
        }
        return place;
    }

    private static Damage picture(String name, int offset, int... bytes) {
        return (file, random) -> ByteDamage.put(file, name, at(file) + offset, bytes);
    }

    private static Mutant between(byte[] file, String name, Expected expected, int... bytes) {
        byte[] block = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            block[i] = (byte) bytes[i];
        }
        return new Mutant(name + " in front of the picture", ByteDamage.joined(file, at(file), block, at(file)), expected);
    }

    private static byte[] withoutTable(byte[] file) {
        byte[] rest = ByteDamage.joined(file, TABLE, new byte[0], at(file));
        rest[10] &= 0x7f;
        return rest;
    }

    private static Mutant cleanly(Mutant mutant) {
        return new Mutant(mutant.name(), mutant.content(), Expected.EITHER);
    }
}
