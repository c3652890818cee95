package llava4j.data;

import java.util.Arrays;
import llava4j.conversation.SupervisedTokens;
import llava4j.model.LossGraph;

/**
 * A tokenised sample at rest, in about two bytes a token rather than eight: 665,000 conversations then fit beside the rest.
 *
 * <p>Each token is one number, its id doubled, plus one if it is scored; numbers are written seven bits a byte, the lowest
 * first, and the common tokens have small ids. A picture's P image tokens are one {@code <image>} here, as they are in the
 * text. What one would get wrong: in the original layout the id of {@code <image>} is −200; ids are packed as unsigned
 * numbers of 32 bits, so that it comes back as it was.
 */
final class PackedTokens {

    /** Bytes of the largest number, which has 33 bits. */
    private static final int LONGEST = 5;

    private final byte[] bytes;
    private final int length;

    private PackedTokens(byte[] bytes, int length) {
        this.bytes = bytes;
        this.length = length;
    }

    /**
     * @param tokens       a label is the token's own id or {@link LossGraph#IGNORED}
     * @param imageTokenId id of {@code <image>}, or −1
     * @param imageTokens  P
     */
    static PackedTokens of(SupervisedTokens tokens, int imageTokenId, int imageTokens) {
        byte[] out = new byte[LONGEST * tokens.ids().length];
        int written = 0;
        for (int i = 0; i < tokens.ids().length; i += tokens.ids()[i] == imageTokenId ? imageTokens : 1) {
            long rest = 2L * Integer.toUnsignedLong(tokens.ids()[i]) + (tokens.labels()[i] == LossGraph.IGNORED ? 0 : 1);
            for (; rest > 0x7f; rest >>>= 7) {
                out[written++] = (byte) (rest & 0x7f | 0x80);
            }
            out[written++] = (byte) rest;
        }
        return new PackedTokens(Arrays.copyOf(out, written), tokens.ids().length);
    }

    /** Tokens of the sample, image tokens included. */
    int length() {
        return length;
    }

    /** The sample as it was given to {@link #of}, with the same two numbers. */
    SupervisedTokens unpacked(int imageTokenId, int imageTokens) {
        int[] ids = new int[length];
        int[] labels = new int[length];
        int to = 0;
        long value = 0;
        int shift = 0;
        for (byte b : bytes) {
            value |= (long) (b & 0x7f) << shift;
            shift += 7;
            if (b >= 0) {
                int id = (int) (value >> 1);
                int end = to + (id == imageTokenId ? imageTokens : 1);
                Arrays.fill(ids, to, end, id);
                Arrays.fill(labels, to, end, (value & 1) == 1 ? id : LossGraph.IGNORED);
                to = end;
                value = 0;
                shift = 0;
            }
        }
        return new SupervisedTokens(ids, labels);
    }
}
