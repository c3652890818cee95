package llava4j.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import llava4j.error.UserError;

/**
 * The SHA-256 of a safetensors file, kept in its own header: a single byte that changes anywhere is found.
 *
 * <p>It is the hash of all bytes of the file with 64 zeros where the hash itself stands. What one would get wrong: a hash of
 * the arrays alone lets their names, shapes and everything else in the header change.
 */
final class Seal {

    /** Its name in {@code __metadata__}. */
    static final String KEY = "sha256";
    /** What stands in its place while the hash is taken. */
    static final String OPEN = "0".repeat(64);

    private static final String BEFORE = "\"" + KEY + "\":\"";
    private static final int PIECE = 1 << 20;

    private Seal() {
    }

    /** Puts the hash in its place; the file is written to its end. */
    static void close(FileChannel channel) throws IOException {
        long place = place(channel);
        ByteBuffer hash = ByteBuffer.wrap(hash(channel, place).getBytes(StandardCharsets.US_ASCII));
        while (hash.hasRemaining()) {
            channel.write(hash, place + hash.position());
        }
    }

    /**
     * Compares the hash with the bytes.
     *
     * @throws UserError if there is none, or it is that of other bytes
     */
    static void check(Path file, FileChannel channel) throws IOException {
        long place = place(channel);
        if (place < 0) {
            throw UserError.of("%s: holds no checksum: it is of an earlier version, or no state of a run", file);
        }
        ByteBuffer written = ByteBuffer.allocate(OPEN.length());
        SafetensorsHeader.readFully(file, channel, place, written);
        if (!hash(channel, place).equals(new String(written.array(), StandardCharsets.US_ASCII))) {
            throw UserError.of("%s: its checksum does not fit its content: the file is damaged", file);
        }
    }

    /** Where the hash begins, counted from the start of the file, or -1. */
    private static long place(FileChannel channel) throws IOException {
        ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        channel.read(length, 0);
        byte[] header = new byte[(int) length.getLong(0)];
        ByteBuffer rest = ByteBuffer.wrap(header);
        while (rest.hasRemaining() && channel.read(rest, 8 + rest.position()) > 0) {
            continue;
        }
        // One character for each byte, so that places in the text are places in the file
        int found = new String(header, StandardCharsets.ISO_8859_1).indexOf(BEFORE);
        return found < 0 || found + BEFORE.length() + OPEN.length() > header.length ? -1 : 8L + found + BEFORE.length();
    }

    private static String hash(FileChannel channel, long place) throws IOException {
        MessageDigest sum = sha256();
        ByteBuffer piece = ByteBuffer.allocate(PIECE);
        long end = place + OPEN.length();
        update(sum, channel, piece, 0, place);
        sum.update(OPEN.getBytes(StandardCharsets.US_ASCII));
        update(sum, channel, piece, end, channel.size());
        return HexFormat.of().formatHex(sum.digest());
    }

    private static void update(MessageDigest sum, FileChannel channel, ByteBuffer piece, long from, long to)
            throws IOException {
        long next = from;
        while (next < to) {
            piece.clear().limit((int) Math.min(PIECE, to - next));
            int read = channel.read(piece, next);
            if (read < 0) {
                return;         // it became shorter: another hash
            }
            sum.update(piece.flip());
            next += read;
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
