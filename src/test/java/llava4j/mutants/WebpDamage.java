package llava4j.mutants;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** What is done to a WebP: RIFF, the length of the rest, WEBP, then chunks of type, length and content. */
final class WebpDamage {

    private static final int RIFF_LENGTH = 4;
    private static final int FIRST = 12;
    private static final int FIRST_LENGTH = 16;
    private static final int CONTENT = 20;

    private WebpDamage() {
    }

    static List<Damage> damages() {
        List<Damage> damages = new ArrayList<>(ByteDamage.of(Expected.EITHER, Expected.EITHER));
        damages.addAll(List.of(
                changed("a length of 0", Expected.EITHER, file -> file.putInt(RIFF_LENGTH, 0)),
                changed("a length of 2^32 - 1", Expected.REFUSED, file -> file.putInt(RIFF_LENGTH, -1)),
                changed("a length one too long", Expected.REFUSED, file -> file.putInt(RIFF_LENGTH,
                        file.getInt(RIFF_LENGTH) + 1)),
                changed("a first chunk of 0 bytes", Expected.REFUSED, file -> file.putInt(FIRST_LENGTH, 0)),
                changed("a first chunk of 2^31 - 1 bytes", Expected.REFUSED, file -> file.putInt(FIRST_LENGTH,
                        Integer.MAX_VALUE)),
                changed("a first chunk of 2^32 - 1 bytes", Expected.REFUSED, file -> file.putInt(FIRST_LENGTH, -1)),
                changed("a first chunk of nobody's", Expected.REFUSED, file -> file.put(FIRST, "JUNK".getBytes(US_ASCII))),
                changed("the other kind of coding", Expected.REFUSED, file -> file.put(FIRST + 3, (byte) (file.get(FIRST + 3)
                        == 'L' ? ' ' : 'L'))),
                changed("an extended head, which it is not", Expected.EITHER, file -> file.put(FIRST + 3, (byte) 'X')),
                changed("the largest size there is", Expected.REFUSED, WebpDamage::largest),
                changed("zeros where the size stands", Expected.EITHER, file -> file.putLong(CONTENT, 0).putInt(CONTENT + 6, 0)),
                (file, random) -> new Mutant("half of its pixels, lengths right", half(file), Expected.EITHER),
                (file, random) -> after(file, "an unknown chunk", Expected.EITHER, "teSt", 6),
                (file, random) -> after(file, "EXIF of zeros", Expected.EITHER, "EXIF", 32),
                (file, random) -> after(file, "a sign of a moving picture", Expected.REFUSED, "ANIM", 6),
                (file, random) -> new Mutant("the head alone", Arrays.copyOf(file, FIRST), Expected.REFUSED),
                (file, random) -> new Mutant("another file after the end", ByteDamage.joined(file, file.length, file,
                        file.length), Expected.SAME)));
        return damages;
    }

    /** 14 bits each for width and height; one coding has them after a byte, the other after six. */
    private static void largest(ByteBuffer file) {
        int place = CONTENT + (file.get(FIRST + 3) == 'L' ? 1 : 6);
        file.putInt(place, file.getInt(place) | 0x3fff3fff);
    }

    private static byte[] half(byte[] file) {
        byte[] bytes = Arrays.copyOf(file, CONTENT + (file.length - CONTENT) / 4 * 2);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(RIFF_LENGTH, bytes.length - 8)
                .putInt(FIRST_LENGTH, bytes.length - CONTENT);
        return bytes;
    }

    private static Mutant after(byte[] file, String name, Expected expected, String type, int length) {
        byte[] bytes = Arrays.copyOf(file, file.length + 8 + length);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(RIFF_LENGTH, bytes.length - 8)
                .put(file.length, type.getBytes(US_ASCII)).putInt(file.length + 4, length);
        return new Mutant(name + " after the pixels", bytes, expected);
    }

    private static Damage changed(String name, Expected expected, Consumer<ByteBuffer> change) {
        return (file, random) -> {
            byte[] bytes = file.clone();
            change.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
            return new Mutant(name, bytes, expected);
        };
    }
}
