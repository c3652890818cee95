package llava4j.checkpoint;

/**
 * IEEE 754 half precision to single: 1 sign bit, 5 exponent bits, 10 fraction bits.
 *
 * <p>What one would get wrong: numbers below 2⁻¹⁴ are stored without the leading 1 ("subnormal"), and weights do hold some.
 */
final class HalfPrecision {

    private HalfPrecision() {
    }

    static float toFloat(short half) {
        int sign = (half & 0x8000) << 16;
        int exponent = (half >> 10) & 0x1f;
        int fraction = half & 0x3ff;
        if (exponent == 0) {
            float value = fraction * 0x1p-24f;
            return sign == 0 ? value : -value;
        }
        int bits = exponent == 31 ? 0x7f800000 | fraction << 13 : (exponent + 112) << 23 | fraction << 13;
        return Float.intBitsToFloat(sign | bits);
    }
}
