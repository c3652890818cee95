package llava4j.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFileTest {

    @TempDir
    private Path folder;

    @ParameterizedTest(name = "{0} has the colours of PIL''s convert(\"RGB\"), to the last bit")
    @ValueSource(strings = {"grey.png", "bilevel.png", "palette.png", "palettealpha.png", "alpha.png", "greyalpha.png",
        "grey16.png", "rgb16.png", "alpha16.png", "colour.jpg", "progressive.jpg", "profile.jpg", "rgbjpeg.jpg",
        "greyjpeg.jpg", "cmyk.jpg", "ycck.jpg", "turned6.jpg", "turned.png",
        "gif.gif", "gifgrey.gif", "gifalpha.gif", "gifmoved.gif", "gifmovedalpha.gif", "gifmoving.gif",
        "bmp.bmp", "bmppalette.bmp", "bmpbilevel.bmp", "bmpgrey.bmp", "bmpalpha.bmp",
        "tiff.tif", "tifflzw.tif", "tiffdeflate.tif", "tiffpalette.tif", "tiffbilevel.tif", "tiffgrey.tif",
        "tiffalpha.tif", "tiffcmyk.tif", "tiffgrey16.tif", "tiffpages.tif", "tiffturned.tif",
        "webp.webp", "webplossless.webp", "webpalpha.webp", "webpturned.webp"})
    void asPil(String name) {
        BufferedImage read = ImageFile.read(Fixture.file(name), ImageConvention.LLAVA);
        assertEquals(BufferedImage.TYPE_INT_RGB, read.getType());
        RgbBytes expected = Fixture.colours(name.substring(0, name.indexOf('.')) + ".dropped.png");
        assertEquals(expected.size(), RgbBytes.of(read).size());
        assertArrayEquals(expected.values(), RgbBytes.of(read).values());
    }

    @ParameterizedTest(name = "{0} upright and on white has the colours of transformers 5.23, to the last bit")
    @ValueSource(strings = {"palettealpha.png", "alpha.png", "greyalpha.png", "alpha16.png", "gifalpha.gif",
        "gifmovedalpha.gif", "tiffalpha.tif", "webpalpha.webp", "turned.png", "webpturned.webp", "turned2.jpg",
        "turned3.jpg", "turned4.jpg", "turned5.jpg", "turned6.jpg", "turned7.jpg", "turned8.jpg"})
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

    @ParameterizedTest(name = "a file that begins with {0} is refused as {1}, whatever its name ends in")
    @CsvSource(delimiter = '|', value = {"hello|text", "<!doctype html><p>404|a web page", "<?xml?><svg>|SVG",
        "%PDF-1.7|a PDF", "BM|text", "GIF89a|cut short", "'RIFF....WEBPVP8 '|cut short",
        "version https://git-lfs.github.com/spec/v1|Git LFS", "....ftypheic|HEIC", "....ftypavif|AVIF",
        "....ftypmp42|a film", "P6 1 1 255|PNM"})
    void notPictures(String start, String what) throws IOException {
        assertRefused(start.getBytes(StandardCharsets.US_ASCII), what);
    }

    @Test
    @DisplayName("a file of AVIF and one of zeros alone are refused by name")
    void notPictures() throws IOException {
        assertRefused(Files.readAllBytes(Fixture.file("avif.avif")), "AVIF");
        assertRefused(new byte[5_000], "zeros");
    }

    @Test
    @DisplayName("a moving WebP is refused by name; of a moving GIF and of a TIFF with pages the first picture is read")
    void moving() throws IOException {
        assertRefused(Files.readAllBytes(Fixture.file("webpmoving.webp")), "a moving picture");
    }

    @ParameterizedTest(name = "{0} cut short anywhere is refused in one line, or read as it was")
    @ValueSource(strings = {"gif.gif", "gifgrey.gif", "gifmoving.gif", "bmp.bmp", "bmppalette.bmp", "bmpbilevel.bmp",
        "tiff.tif", "tifflzw.tif", "tiffdeflate.tif", "tiffpalette.tif", "tiffbilevel.tif", "webp.webp",
        "webplossless.webp", "turned6.jpg", "ycck.jpg"})
    void truncated(String name) throws IOException {
        byte[] whole = Files.readAllBytes(Fixture.file(name));
        RgbBytes right = RgbBytes.of(ImageFile.read(Fixture.file(name)));
        int refused = 0;
        for (int length = 1; length < whole.length; length += 1 + whole.length / 300) {
            Path file = written(Arrays.copyOf(whole, length));
            try {
                assertArrayEquals(right.values(), RgbBytes.of(ImageFile.read(file)).values(), "after " + length + " bytes");
            } catch (UserError e) {
                refused++;
                assertEquals(1, e.getMessage().lines().count(), e.getMessage());
            }
        }
        assertTrue(refused > 0);
    }

    @Test
    @DisplayName("damaged EXIF never keeps a picture from being read, whatever it claims")
    void damagedExif() throws IOException {
        byte[] whole = Files.readAllBytes(Fixture.file("turned6.jpg"));
        int tiff = indexOf(whole, "Exif\0\0") + 6;
        int end = tiff - 8 + (whole[tiff - 8] & 0xff) * 256 + (whole[tiff - 7] & 0xff);
        Random random = new Random(3);
        for (int i = 0; i < 400; i++) {
            byte[] bytes = whole.clone();
            for (int changes = 1 + random.nextInt(6); changes > 0; changes--) {
                bytes[tiff + random.nextInt(end - tiff)] = (byte) random.nextInt(256);
            }
            RgbBytes read = RgbBytes.of(ImageFile.read(written(bytes)));
            assertEquals(33 * 21, read.size().pixels());
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

    @ParameterizedTest(name = "a {0} that claims hundreds of millions of pixels is refused before they are asked for")
    @ValueSource(strings = {"gif.gif", "bmp.bmp", "tiff.tif", "webplossless.webp"})
    void huge(String name) throws IOException {
        byte[] claim = Files.readAllBytes(Fixture.file(name));
        ByteBuffer bytes = ByteBuffer.wrap(claim).order(ByteOrder.LITTLE_ENDIAN);
        switch (name) {
            case "gif.gif" -> bytes.putShort(6, (short) 60_000).putShort(8, (short) 60_000);
            case "bmp.bmp" -> bytes.putInt(18, 20_000).putInt(22, 20_000);
            case "tiff.tif" -> putTiff(bytes, 256, 40_000).putInt(entry(bytes, 257) + 8, 40_000);
            default -> bytes.putInt(21, (1 << 28) - 1);     // twice 14 bits, each one less than the length
        }
        assertTimeout(Duration.ofSeconds(5), () -> assertRefused(claim, "are more than 50 million"));
    }

    @Test
    @DisplayName("a TIFF whose tile alone would have a thousand million pixels is refused")
    void hugeTile() throws IOException {
        byte[] claim = Files.readAllBytes(Fixture.file("tifflzw.tif"));
        ByteBuffer bytes = ByteBuffer.wrap(claim).order(ByteOrder.LITTLE_ENDIAN);
        // The rows of a strip become the rows of a tile, and a tag that is not needed its columns
        int rows = entry(bytes, 278);
        bytes.putShort(rows, (short) 322).putShort(rows + 2, (short) 4).putInt(rows + 8, 40_000);
        int lengths = entry(bytes, 279);
        bytes.putShort(lengths, (short) 323).putShort(lengths + 2, (short) 4).putInt(lengths + 8, 40_000);
        assertRefused(claim, "40000 x 40000 pixels");
    }

    @Test
    @DisplayName("a device is refused, not read until it ends")
    void device() {
        Path device = Path.of("/dev/zero");
        assumeTrue(Files.exists(device));
        assertEquals(device + ": a pipe or a device, not a file: save the picture as a file first",
                assertThrows(UserError.class, () -> ImageFile.read(device)).getMessage());
    }

    @Test
    @DisplayName("a PNG whose pixels end too early is refused although its frame is whole")
    void missingRows() throws IOException {
        byte[] claim = Files.readAllBytes(Fixture.file("wide.png"));
        ByteBuffer.wrap(claim).putInt(20, 24);
        assertRefused(claim, "damaged");
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

    @ParameterizedTest(name = "of 300 copies of {0} with random bytes changed, each is read or refused in one line")
    @ValueSource(strings = {"palettealpha.png", "progressive.jpg", "gifalpha.gif", "bmppalette.bmp", "tifflzw.tif",
        "tiffbilevel.tif", "webp.webp", "webpalpha.webp"})
    void randomDamage(String name) throws IOException {
        Random random = new Random(7);
        byte[] whole = Files.readAllBytes(Fixture.file(name));
        for (int i = 0; i < 300; i++) {
            byte[] bytes = whole.clone();
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

    private static ByteBuffer putTiff(ByteBuffer tiff, int tag, int value) {
        return tiff.putShort(entry(tiff, tag) + 2, (short) 4).putShort(entry(tiff, 257) + 2, (short) 4)
                .putInt(entry(tiff, tag) + 8, value);
    }

    /** Where the entry of a tag lies in the first directory. */
    private static int entry(ByteBuffer tiff, int tag) {
        int at = tiff.getInt(4) + 2;
        while (tiff.getShort(at) != tag) {
            at += 12;
        }
        return at;
    }

    private static int indexOf(byte[] bytes, String word) {
        return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(word);
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
