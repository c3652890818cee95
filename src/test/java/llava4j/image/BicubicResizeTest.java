package llava4j.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import llava4j.error.UserError;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BicubicResizeTest {

    @Test
    @DisplayName("the bicubic bell is 1 at 0, 9/16 at 1/2, 0 at 1, -1/16 at 3/2 and 0 from 2 on")
    void kernel() {
        double[] at = {0, 0.5, -0.5, 1, 1.5, -1.5, 2, 7};
        double[] expected = {1, 9.0 / 16, 9.0 / 16, 0, -1.0 / 16, -1.0 / 16, 0, 0};
        for (int i = 0; i < at.length; i++) {
            assertEquals(expected[i], ResamplingFilter.BICUBIC.weight(at[i]), 1e-15, "w(" + at[i] + ")");
        }
    }

    @Test
    @DisplayName("halved, four pixels become (3a + 3b + c)/7 and (b + 3c + 3d)/7: the triangle is widened to 2 pixels")
    void antialiasing() {
        RgbBytes line = greyLine(0, 70, 140, 210);
        RgbBytes half = BicubicResize.resize(line, new ImageSize(1, 2), ResamplingFilter.BILINEAR);
        assertArrayEquals(greyLine(50, 160).values(), half.values());
    }

    @Test
    @DisplayName("a sharp edge overshoots between its pixels, and is clipped to 0..255")
    void clipping() {
        RgbBytes edge = greyLine(0, 0, 0, 255, 255, 255);
        byte[] twice = BicubicResize.resize(edge, new ImageSize(1, 12), ResamplingFilter.BICUBIC).values();
        assertEquals(0, twice[3 * 4] & 0xff);
        assertEquals(255, twice[3 * 7] & 0xff);
    }

    @Test
    @DisplayName("a picture of one colour keeps it, whatever the size: the weights add up to 1")
    void constant() {
        for (int value : new int[] {0, 1, 127, 254, 255}) {
            RgbBytes in = RgbBytes.blank(23, 31);
            Arrays.fill(in.values(), (byte) value);
            for (ResamplingFilter filter : ResamplingFilter.values()) {
                for (int edge : new int[] {1, 2, 7, 23, 31, 100}) {
                    for (byte out : BicubicResize.resize(in, new ImageSize(edge, 40), filter).values()) {
                        assertEquals(value, out & 0xff, filter + " to " + edge);
                    }
                }
            }
        }
    }

    @ParameterizedTest(name = "{0} resized to {2} x {3} by {1} is PIL''s result, byte for byte")
    @CsvSource({
        "wide, BICUBIC, 25, 16, wide.bicubic",
        "wide, BILINEAR, 25, 16, wide.bilinear",
        "wide, LANCZOS, 25, 16, wide.lanczos",
        "tall, BICUBIC, 16, 75, tall.bicubic",
        "tall, BICUBIC, 6, 28, tall.shrunk.bicubic",
        "small, BICUBIC, 31, 17, small.grown.bicubic"})
    void asPil(String name, ResamplingFilter filter, int width, int height, String expected) {
        RgbBytes resized = RgbBytes.of(BicubicResize.resize(ImageFile.read(Fixture.file(name + ".png")), width, height,
                filter));
        assertEquals(new ImageSize(height, width), resized.size());
        assertArrayEquals(Fixture.colours(expected + ".png").values(), resized.values());
    }

    @Test
    @DisplayName("a picture that has the size already stays as it is")
    void identity() {
        RgbBytes wide = Fixture.colours("wide.png");
        assertArrayEquals(wide.values(), BicubicResize.resize(wide, wide.size(), ResamplingFilter.BICUBIC).values());
    }

    @Test
    @DisplayName("a thread one pixel wide is not blown up to a billion pixels")
    void thread() {
        RgbBytes thread = RgbBytes.blank(1, 1_000_000);
        UserError error = assertThrows(UserError.class,
                () -> BicubicResize.resize(thread, new ImageSize(900_000, 4000), ResamplingFilter.BICUBIC));
        assertTrue(error.getMessage().contains("1 x 1000000"), error.getMessage());
    }

    @Test
    @DisplayName("filters that are not offered are refused by name")
    void otherFilters() {
        assertTrue(assertThrows(UserError.class, () -> ResamplingFilter.of(0)).getMessage().contains("nearest"));
        assertTrue(assertThrows(UserError.class, () -> ResamplingFilter.of(5)).getMessage().contains("hamming"));
        assertThrows(UserError.class, () -> ResamplingFilter.of(-1));
    }

    private static RgbBytes greyLine(int... values) {
        RgbBytes line = RgbBytes.blank(values.length, 1);
        for (int i = 0; i < line.values().length; i++) {
            line.values()[i] = (byte) values[i / 3];
        }
        return line;
    }
}
