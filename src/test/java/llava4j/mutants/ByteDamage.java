package llava4j.mutants;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** What disks, cables and text editors do to any file: bytes flipped, cut off, put in, said twice. */
final class ByteDamage {

    private ByteDamage() {
    }

    /**
     * The family.
     *
     * @param changed what must come of a changed byte
     * @param cut     what must come of a file that ends too soon
     */
    static List<Damage> of(Expected changed, Expected cut) {
        return List.of(
                (file, random) -> flipped(file, random, changed),
                (file, random) -> truncated(file, random.nextInt(file.length), cut),
                (file, random) -> inserted(file, random, changed),
                (file, random) -> repeated(file, random, changed),
                (file, random) -> truncated(file, file.length - 1 - random.nextInt(Math.min(16, file.length)), cut),
                (file, random) -> removed(file, random, changed),
                (file, random) -> zeroed(file, random, changed),
                (file, random) -> truncated(file, 0, Expected.REFUSED));
    }

    static Mutant flipped(byte[] file, Random random, Expected expected) {
        byte[] bytes = file.clone();
        int place = random.nextInt(bytes.length);
        int bit = random.nextInt(8);
        bytes[place] ^= (byte) (1 << bit);
        return new Mutant("byte " + place + ", bit " + bit + " flipped", bytes, expected);
    }

    static Mutant truncated(byte[] file, int length, Expected expected) {
        return new Mutant("cut to " + length + " of " + file.length + " bytes", Arrays.copyOf(file, length), expected);
    }

    private static Mutant inserted(byte[] file, Random random, Expected expected) {
        byte[] some = new byte[1 + random.nextInt(8)];
        random.nextBytes(some);
        int place = random.nextInt(file.length);
        return new Mutant(some.length + " random bytes put in at " + place, joined(file, place, some, place), expected);
    }

    private static Mutant repeated(byte[] file, Random random, Expected expected) {
        int from = random.nextInt(file.length);
        int to = from + 1 + random.nextInt(Math.min(64, file.length - from));
        return new Mutant("bytes " + from + " to " + to + " twice", joined(file, to, Arrays.copyOfRange(file, from, to), to),
                expected);
    }

    private static Mutant removed(byte[] file, Random random, Expected expected) {
        int from = random.nextInt(file.length);
        int to = from + 1 + random.nextInt(Math.min(16, file.length - from));
        return new Mutant("bytes " + from + " to " + to + " left out", joined(file, from, new byte[0], to), expected);
    }

    private static Mutant zeroed(byte[] file, Random random, Expected expected) {
        byte[] bytes = file.clone();
        int from = random.nextInt(file.length);
        int to = from + 1 + random.nextInt(Math.min(512, file.length - from));
        Arrays.fill(bytes, from, to, (byte) 0);
        return new Mutant("bytes " + from + " to " + to + " are 0", bytes, expected);
    }

    /** Other bytes at a place, such that nothing can be read any more. */
    static Mutant put(byte[] file, String name, int place, int... bytes) {
        byte[] changed = file.clone();
        for (int i = 0; i < bytes.length; i++) {
            changed[place + i] = (byte) bytes[i];
        }
        return new Mutant(name, changed, Expected.REFUSED);
    }

    /** The file up to one place, something else, and the file from another place on. */
    static byte[] joined(byte[] file, int to, byte[] between, int from) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        joined.write(file, 0, to);
        joined.writeBytes(between);
        joined.write(file, from, file.length - from);
        return joined.toByteArray();
    }
}
