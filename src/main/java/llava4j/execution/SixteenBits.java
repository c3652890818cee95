package llava4j.execution;

import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The two 16-bit formats of published weights, and their exact float32.
 *
 * <p>bfloat16 is the upper half of a float32: 1 sign bit, 8 exponent bits, 7 fraction bits. float16 (IEEE 754 half
 * precision) has 1, 5 and 10. Every number of either is a float32, so that widening loses nothing. What one would get
 * wrong: float16 numbers below 2⁻¹⁴ are stored without the leading 1 ("subnormal"), and weights do hold some.
 */
public final class SixteenBits {

    /** 2^112 takes a float16 exponent, whose bias is 15, to that of a float32, 127; of subnormal numbers as well. */
    private static final float REBIAS = 0x1p112f;

    private SixteenBits() {
    }

    /**
     * {@return a float16 number as float32}
     *
     * @param half its bits
     */
    public static float ofFloat16(short half) {
        int bits = (half & 0x8000) << 16;
        if ((half & 0x7c00) == 0x7c00) {
            return Float.intBitsToFloat(bits | 0x7f800000 | (half & 0x3ff) << 13);             // infinite, or no number
        }
        float size = Float.intBitsToFloat((half & 0x7fff) << 13) * REBIAS;
        return Float.intBitsToFloat(bits | Float.floatToRawIntBits(size));
    }

    /**
     * {@return a bfloat16 number as float32}
     *
     * @param upper its bits
     */
    public static float ofBfloat16(short upper) {
        return Float.intBitsToFloat(upper << 16);
    }

    /**
     * Widens a run of numbers.
     *
     * @param type  {@code BFLOAT16} or {@code HALF}
     * @param from  16-bit numbers, little-endian, read from its beginning
     * @param count how many
     * @param to    float32 numbers, little-endian, written from its beginning
     */
    static void widen(DataType type, ByteBuffer from, int count, ByteBuffer to) {
        if (type == DataType.HALF) {
            for (int i = 0; i < count; i++) {
                to.putFloat(4 * i, ofFloat16(from.getShort(2 * i)));
            }
            return;
        }
        // Four numbers a step: the first two to one long, the others to the next. Through views of longs this is more than
        // twice as fast as through the buffers of bytes, whose every access is checked at its byte
        LongBuffer read = from.asLongBuffer();
        LongBuffer written = to.asLongBuffer();
        int steps = count / 4;
        for (int i = 0; i < steps; i++) {
            long v = read.get(i);
            written.put(2 * i, (v & 0xffffL) << 16 | (v & 0xffff0000L) << 32);
            written.put(2 * i + 1, v >>> 16 & 0xffff0000L | v & 0xffff000000000000L);
        }
        for (int i = 4 * steps; i < count; i++) {
            to.putFloat(4 * i, ofBfloat16(from.getShort(2 * i)));
        }
    }
}
