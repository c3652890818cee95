package llava4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A half-precision number")
class HalfPrecisionTest {

    @Test
    @DisplayName("is (-1)^s * 2^(e-15) * (1 + f/1024), or (-1)^s * 2^-14 * f/1024 where e is 0, for all 65536 of them")
    void everyHalfIsWhatItsBitsSay() {
        for (int bits = 0; bits < 65536; bits++) {
            int e = bits >> 10 & 31;
            int f = bits & 1023;
            double size = e == 0 ? Math.pow(2, -14) * f / 1024
                    : e < 31 ? Math.pow(2, e - 15) * (1 + f / 1024.0)
                    : f == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
            double expected = bits >> 15 == 0 ? size : -size;
            assertEquals((float) expected, HalfPrecision.toFloat((short) bits), "bits " + Integer.toHexString(bits));
        }
    }
}
