package llava4j.mutants;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** What is done to a PNG: a signature, then chunks of length, type, content and checksum. */
final class PngDamage {

    private static final int SIGNATURE = 8;
    /** Byte of IHDR's content at which each setting lies. */
    private static final int WIDTH = 0;
    private static final int HEIGHT = 4;
    private static final int DEPTH = 8;
    private static final int COLOUR = 9;
    private static final int COMPRESSION = 10;
    private static final int FILTER = 11;
    private static final int INTERLACE = 12;

    private record Chunk(String type, byte[] content) {
    }

    private PngDamage() {
    }

    static List<Damage> damages() {
        List<Damage> damages = new ArrayList<>(ByteDamage.of(Expected.EITHER, Expected.EITHER));
        damages.addAll(List.of(
                header("a width of 0", head -> head.putInt(WIDTH, 0)),
                header("a height of 2^31 - 1", head -> head.putInt(HEIGHT, Integer.MAX_VALUE)),
                header("a width of -1", head -> head.putInt(WIDTH, -1)),
                header("40,000 x 40,000 pixels", head -> head.putInt(WIDTH, 40_000).putInt(HEIGHT, 40_000)),
                header("twice as many rows as there are", head -> head.putInt(HEIGHT, 2 * head.getInt(HEIGHT))),
                header("twice as wide as it is", head -> head.putInt(WIDTH, 2 * head.getInt(WIDTH))),
                header("3 bits a sample", head -> head.put(DEPTH, (byte) 3)),
                header("16 bits a sample where there are 8", head -> head.put(DEPTH, (byte) 16)),
                header("colour type 5", head -> head.put(COLOUR, (byte) 5)),
                header("a palette's colour type without a palette", head -> head.put(COLOUR, (byte) 3)),
                header("compression 1", head -> head.put(COMPRESSION, (byte) 1)),
                header("filter method 1", head -> head.put(FILTER, (byte) 1)),
                header("interlacing 2", head -> head.put(INTERLACE, (byte) 2)),
                header("interlaced, which it is not", head -> head.put(INTERLACE, (byte) 1)),
                (file, random) -> new Mutant("a chunk of 2^31 - 1 bytes", lengthOfFirst(file, Integer.MAX_VALUE),
                        Expected.REFUSED),
                (file, random) -> new Mutant("a chunk of -1 bytes", lengthOfFirst(file, -1), Expected.REFUSED),
                PngDamage::wrongChecksum,
                (file, random) -> chunks("without IEND", file, chunks -> chunks.remove(chunks.size() - 1), Expected.REFUSED),
                (file, random) -> chunks("without IHDR", file, chunks -> chunks.remove(0), Expected.REFUSED),
                (file, random) -> chunks("without IDAT", file, chunks -> chunks.removeIf(PngDamage::isData), Expected.REFUSED),
                (file, random) -> chunks("chunks in the opposite order", file, Collections::reverse, Expected.REFUSED),
                (file, random) -> chunks("two IHDR", file, chunks -> chunks.add(1, chunks.get(0)), Expected.EITHER),
                (file, random) -> chunks("an unknown chunk that may be passed over", file, chunks ->
                        chunks.add(1, new Chunk("teSt", new byte[9])), Expected.SAME),
                (file, random) -> chunks("an unknown chunk that may not be passed over", file, chunks ->
                        chunks.add(1, new Chunk("TEST", new byte[9])), Expected.EITHER),
                (file, random) -> chunks("a text chunk that unpacks to 100 MB", file, chunks ->
                        chunks.add(1, new Chunk("zTXt", bomb())), Expected.EITHER),
                (file, random) -> chunks("a colour profile that unpacks to 100 MB", file, chunks ->
                        chunks.add(1, new Chunk("iCCP", bomb())), Expected.EITHER),
                (file, random) -> chunks("a palette of 257 colours", file, chunks ->
                        chunks.add(1, new Chunk("PLTE", new byte[3 * 257])), Expected.EITHER),
                (file, random) -> chunks("transparency of a wrong length", file, chunks ->
                        chunks.add(1, new Chunk("tRNS", new byte[1])), Expected.EITHER),
                (file, random) -> chunks("pixels cut short, checksums right", file, chunks ->
                        chunks.replaceAll(chunk -> isData(chunk)
                                ? new Chunk("IDAT", Arrays.copyOf(chunk.content(), chunk.content().length / 2)) : chunk),
                        Expected.REFUSED),
                (file, random) -> chunks("pixels that are no zlib, checksums right", file, chunks ->
                        chunks.replaceAll(chunk -> isData(chunk) ? new Chunk("IDAT", new byte[50]) : chunk),
                        Expected.REFUSED),
                (file, random) -> new Mutant("another file after the end", ByteDamage.joined(file, file.length, file,
                        file.length), Expected.EITHER),
                (file, random) -> new Mutant("the signature alone", Arrays.copyOf(file, SIGNATURE), Expected.REFUSED),
                (file, random) -> new Mutant("a text", "hello", Expected.REFUSED)));
        return damages;
    }

    private static boolean isData(Chunk chunk) {
        return chunk.type().equals("IDAT");
    }

    private static Damage header(String name, Consumer<ByteBuffer> change) {
        return (file, random) -> chunks(name, file, chunks -> change.accept(ByteBuffer.wrap(chunks.get(0).content())),
                Expected.REFUSED);
    }

    /** Takes the chunks apart, changes them, and puts them together again with the right checksums. */
    private static Mutant chunks(String name, byte[] file, Consumer<List<Chunk>> change, Expected expected) {
        List<Chunk> chunks = new ArrayList<>();
        ByteBuffer bytes = ByteBuffer.wrap(file, SIGNATURE, file.length - SIGNATURE);
        while (bytes.hasRemaining()) {
            byte[] content = new byte[bytes.getInt()];
            byte[] type = new byte[4];
            bytes.get(type).get(content).getInt();
            chunks.add(new Chunk(new String(type, US_ASCII), content));
        }
        change.accept(chunks);
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        joined.write(file, 0, SIGNATURE);
        chunks.forEach(chunk -> joined.writeBytes(bytes(chunk)));
        return new Mutant(name, joined.toByteArray(), expected);
    }

    private static byte[] bytes(Chunk chunk) {
        CRC32 checksum = new CRC32();
        checksum.update(chunk.type().getBytes(US_ASCII));
        checksum.update(chunk.content());
        return ByteBuffer.allocate(12 + chunk.content().length).putInt(chunk.content().length)
                .put(chunk.type().getBytes(US_ASCII)).put(chunk.content()).putInt((int) checksum.getValue()).array();
    }

    private static byte[] lengthOfFirst(byte[] file, int length) {
        byte[] bytes = file.clone();
        ByteBuffer.wrap(bytes).putInt(SIGNATURE, length);
        return bytes;
    }

    /** Of the last chunk with pixels: a viewer may show the picture, but its pixels are not vouched for. */
    private static Mutant wrongChecksum(byte[] file, Random random) {
        byte[] bytes = file.clone();
        bytes[file.length - 13] ^= (byte) (1 << random.nextInt(8));
        return new Mutant("a wrong checksum of the last pixels", bytes, Expected.EITHER);
    }

    /** A keyword, and 100 MB of zeros in 100 KB. */
    private static byte[] bomb() {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.writeBytes("name".getBytes(US_ASCII));
        content.write(0);
        content.write(0);
        Deflater deflater = new Deflater();
        deflater.setInput(new byte[100_000_000]);
        deflater.finish();
        byte[] buffer = new byte[65_536];
        while (!deflater.finished()) {
            content.write(buffer, 0, deflater.deflate(buffer));
        }
        deflater.end();
        return content.toByteArray();
    }
}
