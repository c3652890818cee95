package llava4j.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import llava4j.error.UserError;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Java's decoders fill in and say nothing of; PIL refuses all of it. */
@DisplayName("Pixels that a file leaves out are not made up:")
class PackedPixelsTest {

    @TempDir
    private Path folder;

    @Test
    @DisplayName("a GIF without any is refused")
    void gifWithoutPixels() throws IOException {
        byte[] bytes = Files.readAllBytes(Fixture.file("gif.gif"));
        int picture = 13 + 3 * (2 << (bytes[10] & 7));
        bytes[picture + 11] = 0;        // the length of the first block of pixels
        assertRefused(bytes, "holds no whole picture");
    }

    @ParameterizedTest(name = "a TIFF packed as {0} is read, and refused where its size says more pixels than it holds")
    @ValueSource(strings = {"LZW", "Deflate", "ZLib", "PackBits"})
    void packedTiff(String packing) throws IOException {
        BufferedImage whole = ImageFile.read(Fixture.file("tiff.tif"));
        byte[] bytes = tiff(whole, packing);
        assertSame(Fixture.file("tiff.tif"), bytes);
        ByteBuffer tiff = ByteBuffer.wrap(bytes).order(bytes[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int width = tiff.getInt(4) + 2;
        while (tiff.getShort(width) != 256) {
            width += 12;
        }
        tiff.putShort(width + 2, (short) 4).putInt(width + 8, 2 * whole.getWidth());
        assertRefused(bytes, "fewer pixels than its size says");
    }

    private static byte[] tiff(BufferedImage picture, String packing) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("tiff").next();
        ImageWriteParam parameters = writer.getDefaultWriteParam();
        parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        parameters.setCompressionType(packing);
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(written)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(picture, null, null), parameters);
        }
        return written.toByteArray();
    }

    @Test
    @DisplayName("a BMP that names no length of its file is read whole; one that is packed as its depth never is, is refused")
    void bmp() throws IOException {
        byte[] bytes = Files.readAllBytes(Fixture.file("bmp.bmp"));
        ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(2, 0);
        assertSame(Fixture.file("bmp.bmp"), bytes);
        header.putInt(30, 1);
        assertRefused(bytes, "24 bits a pixel are never packed");
    }

    private void assertSame(Path expected, byte[] bytes) throws IOException {
        assertArrayEquals(RgbBytes.of(ImageFile.read(expected)).values(), RgbBytes.of(ImageFile.read(written(bytes))).values());
    }

    private void assertRefused(byte[] bytes, String reason) throws IOException {
        Path file = written(bytes);
        String message = assertThrows(UserError.class, () -> ImageFile.read(file)).getMessage();
        assertTrue(message.startsWith(file + ": ") && message.contains(reason), message);
        assertEquals(1, message.lines().count(), message);
    }

    private Path written(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("picture"), bytes);
    }
}
