package llava4j.mutants;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** What is done to a BMP: 14 bytes of the file, a header with size and depth, then rows of pixels from below. */
final class BmpDamage {

    private static final int FILE_LENGTH = 2;
    private static final int PIXELS = 10;
    private static final int HEADER_LENGTH = 14;
    private static final int WIDTH = 18;
    private static final int HEIGHT = 22;
    private static final int PLANES = 26;
    private static final int DEPTH = 28;
    private static final int COMPRESSION = 30;
    private static final int COLOURS = 46;

    private BmpDamage() {
    }

    static List<Damage> damages() {
        List<Damage> damages = new ArrayList<>(ByteDamage.of(Expected.EITHER, Expected.EITHER));
        damages.addAll(List.of(
                header("a width of 0", Expected.REFUSED, head -> head.putInt(WIDTH, 0)),
                header("a height of 0", Expected.REFUSED, head -> head.putInt(HEIGHT, 0)),
                header("a width of -1", Expected.REFUSED, head -> head.putInt(WIDTH, -1)),
                header("a height of 2^31 - 1", Expected.REFUSED, head -> head.putInt(HEIGHT, Integer.MAX_VALUE)),
                header("a height of -2^31", Expected.REFUSED, head -> head.putInt(HEIGHT, Integer.MIN_VALUE)),
                header("40,000 x 40,000 pixels", Expected.REFUSED, head -> head.putInt(WIDTH, 40_000)
                        .putInt(HEIGHT, 40_000)),
                header("rows from above", Expected.EITHER, head -> head.putInt(HEIGHT, -head.getInt(HEIGHT))),
                header("twice as many rows as there are", Expected.REFUSED, head -> head.putInt(HEIGHT,
                        2 * head.getInt(HEIGHT))),
                header("twice as wide as it is", Expected.REFUSED, head -> head.putInt(WIDTH, 2 * head.getInt(WIDTH))),
                header("no planes", Expected.EITHER, head -> head.putShort(PLANES, (short) 0)),
                header("3 bits a pixel", Expected.REFUSED, head -> head.putShort(DEPTH, (short) 3)),
                header("0 bits a pixel", Expected.REFUSED, head -> head.putShort(DEPTH, (short) 0)),
                header("65,535 bits a pixel", Expected.REFUSED, head -> head.putShort(DEPTH, (short) -1)),
                header("8 bits a pixel without a palette", Expected.EITHER, head -> head.putShort(DEPTH, (short) 8)),
                header("8 bits a pixel and 2^31 - 1 colours", Expected.REFUSED, head -> head.putShort(DEPTH, (short) 8)
                        .putInt(COLOURS, Integer.MAX_VALUE)),
                header("packed by lengths, which it is not", Expected.REFUSED, head -> head.putInt(COMPRESSION, 1)),
                header("a JPEG inside", Expected.REFUSED, head -> head.putInt(COMPRESSION, 4)),
                header("a PNG inside", Expected.REFUSED, head -> head.putInt(COMPRESSION, 5)),
                header("compression -1", Expected.REFUSED, head -> head.putInt(COMPRESSION, -1)),
                header("pixels beyond the end", Expected.REFUSED, head -> head.putInt(PIXELS, 1 << 30)),
                header("pixels at -1", Expected.REFUSED, head -> head.putInt(PIXELS, -1)),
                header("pixels inside the header", Expected.EITHER, head -> head.putInt(PIXELS, 20)),
                header("a file of length 0", Expected.SAME, head -> head.putInt(FILE_LENGTH, 0)),
                header("a header of 0 bytes", Expected.REFUSED, head -> head.putInt(HEADER_LENGTH, 0)),
                header("a header of 108 bytes, which it is not", Expected.EITHER, head -> head.putInt(HEADER_LENGTH, 108)),
                header("a header of 12 bytes, which it is not", Expected.EITHER, head -> head.putInt(HEADER_LENGTH, 12)),
                (file, random) -> new Mutant("half of its pixels", Arrays.copyOf(file, (54 + file.length) / 2),
                        Expected.REFUSED),
                (file, random) -> new Mutant("the header alone", Arrays.copyOf(file, 54), Expected.REFUSED),
                (file, random) -> new Mutant("another file after the end", ByteDamage.joined(file, file.length, file,
                        file.length), Expected.SAME)));
        return damages;
    }

    private static Damage header(String name, Expected expected, Consumer<ByteBuffer> change) {
        return (file, random) -> {
            byte[] bytes = file.clone();
            change.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
            return new Mutant(name, bytes, expected);
        };
    }
}
