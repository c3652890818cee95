package llava4j.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.List;
import llava4j.error.UserError;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class ClipImageProcessorTest {

    private final ClipImageProcessor clip16 = new ClipImageProcessor(ImageProcessorConfig.clip(16));

    @ParameterizedTest(name = "{0}: shorter edge to 16, centre crop, normalised: transformers'' numbers to the last bit")
    @ValueSource(strings = {"wide", "tall"})
    void asTransformers(String name) throws IOException {
        INDArray values = clip16.pixelValues(picture(name));
        assertArrayEquals(new long[] {3, 16, 16}, values.shape());
        assertEquals(DataType.FLOAT, values.dataType());
        assertArrayEquals(Fixture.floats(name + ".clip.f32"), values.data().asFloat(), 0);
    }

    @ParameterizedTest(name = "{0}: padded to a square of the mean colour first, as LLaVA-1.5 does")
    @ValueSource(strings = {"wide", "tall"})
    void padded(String name) throws IOException {
        INDArray values = clip16.pixelValues(clip16.padToSquare(picture(name)));
        assertArrayEquals(Fixture.floats(name + ".square.f32"), values.data().asFloat(), 0);
    }

    @Test
    @DisplayName("a 9 x 5 picture in a crop of 6 x 8 loses columns at the sides and gains black rows above and below")
    void cropLargerThanPicture() throws IOException {
        ImageProcessorConfig clip = ImageProcessorConfig.clip(16);
        ImageProcessorConfig cropOnly = new ImageProcessorConfig(false, clip.size(), clip.resample(), true,
                new ImageSize(8, 6), true, clip.rescaleFactor(), true, clip.imageMean(), clip.imageStd(), true);
        INDArray values = new ClipImageProcessor(cropOnly).pixelValues(picture("small"));
        assertArrayEquals(new long[] {3, 8, 6}, values.shape());
        assertArrayEquals(Fixture.floats("small.cropped.f32"), values.data().asFloat(), 0);
    }

    @ParameterizedTest(name = "the shorter edge of {0} x {1} goes to {2}, the longer is cut off to a whole number: {3} x {4}")
    @CsvSource({"640, 480, 336, 448, 336", "480, 640, 336, 336, 448", "37, 23, 16, 25, 16", "23, 37, 16, 16, 25",
        "50, 50, 224, 224, 224", "1, 1000, 3, 3, 3000"})
    void sizes(int width, int height, int edge, int newWidth, int newHeight) {
        assertEquals(new ImageSize(newHeight, newWidth),
                ResizeTarget.shortestEdge(edge).sizeFor(new ImageSize(height, width)));
    }

    @Test
    @DisplayName("black becomes -mean/std and white (1 - mean)/std in each channel")
    void normalisation() {
        BufferedImage picture = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
        picture.setRGB(1, 0, 0xffffff);
        ImageProcessorConfig clip = ImageProcessorConfig.clip(16);
        INDArray values = new ClipImageProcessor(new ImageProcessorConfig(false, clip.size(), clip.resample(), false,
                clip.cropSize(), true, 1.0 / 255, true, clip.imageMean(), clip.imageStd(), true)).pixelValues(picture);
        for (int channel = 0; channel < 3; channel++) {
            double mean = clip.imageMean().get(channel);
            double std = clip.imageStd().get(channel);
            assertEquals(-mean / std, values.getDouble(channel, 0, 0), 1e-6);
            assertEquals((1 - mean) / std, values.getDouble(channel, 0, 1), 1e-6);
        }
    }

    @Test
    @DisplayName("in the tiny world 0..255 becomes -1..1, red before green before blue")
    void tinyWorld() {
        BufferedImage red = new BufferedImage(48, 48, BufferedImage.TYPE_INT_RGB);
        red.setRGB(5, 7, 0xff0000);
        INDArray values = new ClipImageProcessor(ImageProcessorConfig.tinyWorld()).pixelValues(red);
        assertArrayEquals(new long[] {3, 48, 48}, values.shape());
        assertEquals(1, values.getFloat(0, 7, 5));
        assertEquals(-1, values.getFloat(1, 7, 5));
        assertEquals(-1, values.getFloat(0, 5, 7));
    }

    @Test
    @DisplayName("a batch [N, 3, H, W] holds each picture as it would be alone")
    void batch() {
        List<BufferedImage> pictures = List.of(picture("wide"), picture("tall"), picture("small"));
        INDArray batch = clip16.pixelValues(pictures);
        assertArrayEquals(new long[] {3, 3, 16, 16}, batch.shape());
        for (int n = 0; n < 3; n++) {
            assertEquals(clip16.pixelValues(pictures.get(n)), batch.slice(n));
        }
    }

    @Test
    @DisplayName("pictures that end up in two sizes are no batch")
    void unequalSizes() {
        ClipImageProcessor asIs = new ClipImageProcessor(ImageProcessorConfig.tinyWorld());
        UserError error = assertThrows(UserError.class,
                () -> asIs.pixelValues(List.of(picture("wide"), picture("tall"))));
        assertTrue(error.getMessage().contains("13 x 61") && error.getMessage().contains("37 x 23"),
                error.getMessage());
    }

    @Test
    @DisplayName("a square is as long as the longer edge, its margin is 255 times CLIP's mean, cut off: 122, 116, 104")
    void square() {
        BufferedImage square = clip16.padToSquare(picture("wide"));
        assertEquals(37, square.getWidth());
        assertEquals(37, square.getHeight());
        assertEquals(0x7a7468, square.getRGB(0, 0) & 0xffffff);
        assertEquals(0x7a7468, square.getRGB(36, 36) & 0xffffff);
        assertEquals(picture("wide").getRGB(11, 0), square.getRGB(11, (37 - 23) / 2));
    }

    @Test
    @DisplayName("a picture of 1 x 1,000,000 is refused, not resized to 336 x 336,000,000 or padded to a million squared")
    void thin() {
        BufferedImage thin = new BufferedImage(1, 1_000_000, BufferedImage.TYPE_INT_RGB);
        ClipImageProcessor clip = new ClipImageProcessor(ImageProcessorConfig.clip(336));
        assertThrows(UserError.class, () -> clip.pixelValues(thin));
        assertThrows(UserError.class, () -> clip.padToSquare(thin));
    }

    private static BufferedImage picture(String name) {
        return ImageFile.read(Fixture.file(name + ".png"));
    }
}
