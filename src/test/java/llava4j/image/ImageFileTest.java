package llava4j.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import llava4j.error.UserError;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFileTest {

    @TempDir
    private Path folder;

    @ParameterizedTest(name = "{0} has the colours of PIL''s convert(\"RGB\"), to the last bit")
    @ValueSource(strings = {"grey.png", "bilevel.png", "palette.png", "palettealpha.png", "alpha.png", "greyalpha.png",
        "grey16.png", "rgb16.png", "alpha16.png", "colour.jpg", "progressive.jpg", "profile.jpg", "rgbjpeg.jpg",
        "greyjpeg.jpg"})
    void asPil(String name) {
        BufferedImage read = ImageFile.read(Fixture.file(name), Transparency.DROPPED);
        assertEquals(BufferedImage.TYPE_INT_RGB, read.getType());
        RgbBytes expected = Fixture.colours(name.substring(0, name.indexOf('.')) + ".dropped.png");
        assertEquals(expected.size(), RgbBytes.of(read).size());
        assertArrayEquals(expected.values(), RgbBytes.of(read).values());
    }

    @ParameterizedTest(name = "{0} laid on white has the colours of transformers 5.23, to the last bit")
    @ValueSource(strings = {"palettealpha.png", "alpha.png", "greyalpha.png", "alpha16.png"})
    void onWhite(String name) {
        RgbBytes read = RgbBytes.of(ImageFile.read(Fixture.file(name)));
        RgbBytes expected = Fixture.colours(name.substring(0, name.indexOf('.')) + ".white.png");
        assertArrayEquals(expected.values(), read.values());
    }

    @Test
    @DisplayName("on white, colour c of alpha a is (a c + (255 - a) 255)/255, rounded to the nearest, for all 65536 pairs")
    void everyAlpha() {
        for (int alpha = 0; alpha < 256; alpha++) {
            for (int colour = 0; colour < 256; colour++) {
                long expected = Math.round((alpha * colour + (255 - alpha) * 255) / 255.0);
                int rgb = Transparency.ON_WHITE.rgb(alpha << 24 | colour << 16 | colour << 8 | colour);
                assertEquals(expected * 0x010101, rgb);
            }
        }
    }

    @Test
    @DisplayName("an empty file is refused")
    void empty() throws IOException {
        assertRefused(new byte[0], "empty");
    }

    @Test
    @DisplayName("text, a web page and other formats are refused, whatever their name ends in")
    void notPictures() throws IOException {
        for (String text : new String[] {"hello", "<html>404</html>", "GIF89a", "RIFF....WEBPVP8 ", "BM"}) {
            assertRefused(text.getBytes(StandardCharsets.US_ASCII), "neither a PNG nor a JPEG");
        }
    }

    @Test
    @DisplayName("a PNG cut short anywhere is refused")
    void truncatedPng() throws IOException {
        byte[] whole = Files.readAllBytes(Fixture.file("wide.png"));
        for (int length = 8; length < whole.length; length += 97) {
            assertRefused(Arrays.copyOf(whole, length), "cut short");
        }
    }

    @Test
    @DisplayName("a JPEG cut short anywhere is refused, not filled with grey")
    void truncatedJpeg() throws IOException {
        byte[] whole = Files.readAllBytes(Fixture.file("colour.jpg"));
        for (int length = 3; length < whole.length; length += 31) {
            assertRefused(Arrays.copyOf(whole, length), "cut short");
        }
    }

    @Test
    @DisplayName("a PNG that claims 40,000 x 40,000 pixels is refused before 6 GB are asked for")
    void hugePng() throws IOException {
        byte[] claim = Files.readAllBytes(Fixture.file("wide.png"));
        ByteBuffer.wrap(claim).putInt(16, 40_000).putInt(20, 40_000);
        assertTimeout(Duration.ofSeconds(5), () -> assertRefused(claim, "40000 x 40000 pixels"));
    }

    @Test
    @DisplayName("a JPEG that claims 65,000 x 65,000 pixels is refused")
    void hugeJpeg() throws IOException {
        byte[] claim = Files.readAllBytes(Fixture.file("colour.jpg"));
        ByteBuffer.wrap(claim).putShort(startOfFrame(claim) + 5, (short) 65_000)
                .putShort(startOfFrame(claim) + 7, (short) 65_000);
        assertTimeout(Duration.ofSeconds(5), () -> assertRefused(claim, "65000 x 65000 pixels"));
    }

    @Test
    @DisplayName("a PNG whose pixels end too early is refused although its frame is whole")
    void missingRows() throws IOException {
        byte[] claim = Files.readAllBytes(Fixture.file("wide.png"));
        ByteBuffer.wrap(claim).putInt(20, 24);
        assertRefused(claim, "damaged");
    }

    @Test
    @DisplayName("a JPEG in CMYK is refused by name")
    void cmyk() throws IOException {
        assertRefused(Files.readAllBytes(Fixture.file("cmyk.jpg")), "CMYK");
    }

    @Test
    @DisplayName("a missing file and a folder are told by name")
    void noFile() {
        Path missing = folder.resolve("missing.png");
        assertEquals(missing + ": no such file; check the name",
                assertThrows(UserError.class, () -> ImageFile.read(missing)).getMessage());
        assertEquals(folder + ": a folder, not a picture",
                assertThrows(UserError.class, () -> ImageFile.read(folder)).getMessage());
    }

    @Test
    @DisplayName("of 2,000 files with random bytes changed, each is read or refused in one line")
    void randomDamage() throws IOException {
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = Files.readAllBytes(Fixture.file(i % 2 == 0 ? "palettealpha.png" : "progressive.jpg"));
            for (int changes = 1 + random.nextInt(8); changes > 0; changes--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                ImageFile.read(written(bytes));
            } catch (UserError e) {
                assertEquals(1, e.getMessage().lines().count(), e.getMessage());
            }
        }
    }

    private void assertRefused(byte[] bytes, String reason) throws IOException {
        Path file = written(bytes);
        UserError error = assertThrows(UserError.class, () -> ImageFile.read(file));
        assertTrue(error.getMessage().startsWith(file + ": "), error.getMessage());
        assertTrue(error.getMessage().contains(reason), error.getMessage());
        assertEquals(1, error.getMessage().lines().count(), error.getMessage());
    }

    private Path written(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("picture.png"), bytes);
    }

    /** Where the marker FF C0 of a baseline JPEG lies; height and width follow at 5 and 7. */
    private static int startOfFrame(byte[] jpeg) {
        for (int at = 0; ; at++) {
            if ((jpeg[at] & 0xff) == 0xff && (jpeg[at + 1] & 0xff) == 0xc0) {
                return at;
            }
        }
    }
}
