package llava4j.execution;

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
}
