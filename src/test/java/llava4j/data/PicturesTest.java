package llava4j.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import llava4j.Llava;
import llava4j.conversation.Template;
import llava4j.error.UserError;
import llava4j.image.ClipImageProcessor;
import llava4j.image.ImageConvention;
import llava4j.image.ImageFile;
import llava4j.image.ImageProcessorConfig;
import llava4j.model.ImageEncoder;
import llava4j.support.Near;
import llava4j.support.SmallWorld;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

@DisplayName("Pictures of a folder")
class PicturesTest {

    private static final Path FIXTURES = Path.of("src/test/resources/fixtures/image");

    @TempDir
    static Path folder;
    private static SmallWorld world;
    private static Llava model;

    @BeforeAll
    static void paint() {
        world = SmallWorld.in(folder);
        Llava small = world.model();
        model = new Llava(small.config(), small.weights(), world.tokenizer(), ImageProcessorConfig.clip(48), false,
                Template.V1, "");
    }

    @Test
    @DisplayName("have the features, bit for bit, that they have all at once, however many there are")
    void sameFeatures() throws IOException {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 45; i++) {
            names.add("copy" + i + ".png");
            Files.copy(world.images().resolve(String.format("%06d.png", 1 + i % 12)), world.images().resolve(names.get(i)));
        }
        INDArray[] pixels = names.stream().map(name -> new ClipImageProcessor(model.imageProcessor())
                .pixelValues(ImageFile.read(world.images().resolve(name)))).toArray(INDArray[]::new);
        INDArray atOnce = new ImageEncoder(model.config(), model.weights()).features(Nd4j.stack(0, pixels));
        assertTrue(Near.sameBits(atOnce, Pictures.features(model, world.images(), names).all()));
    }

    @Test
    @DisplayName("are let go of as soon as they have the encoder's size: of 20 decoded pictures no more than two are alive")
    void letGo() {
        List<WeakReference<BufferedImage>> given = new ArrayList<>();
        Iterator<BufferedImage> decoded = IntStream.range(0, 20).mapToObj(i -> {
            System.gc();
            assertTrue(given.stream().filter(one -> one.get() != null).count() <= 2);
            BufferedImage image = new BufferedImage(600, 400, BufferedImage.TYPE_INT_RGB);
            given.add(new WeakReference<>(image));
            return image;
        }).iterator();
        model.imageFeatures(() -> decoded);
        assertEquals(20, given.size());
    }

    @Test
    @DisplayName("are turned upright, and by LLaVA's own convention are not; a model that is saved keeps which")
    void convention() {
        INDArray upright = features(model, FIXTURES, "turned6.white.png");
        INDArray stored = features(model, FIXTURES, "turned6.dropped.png");
        assertTrue(Near.sameBits(upright, features(model, FIXTURES, "turned6.jpg")));
        Llava other = model.withImageConvention(ImageConvention.LLAVA);
        assertTrue(Near.sameBits(stored, features(other, FIXTURES, "turned6.jpg")));
        assertFalse(Near.sameBits(upright, stored));
        other.save(folder.resolve("other"));
        model.save(folder.resolve("usual"));
        assertEquals(ImageConvention.LLAVA, Llava.open(folder.resolve("other"), Optional.empty()).imageConvention());
        assertEquals(ImageConvention.LLAVA, other.copy().imageConvention());
        assertEquals(ImageConvention.TRANSFORMERS, Llava.open(folder.resolve("usual"), Optional.empty()).imageConvention());
    }

    @Test
    @DisplayName("that are missing, outside, folders, or have impossible names are told all at once, in one line")
    void faults() throws IOException {
        Files.createDirectories(world.images().resolve("sub"));
        List<String> names = List.of("000001.png", "gone.png", "../instructions.json", "nul\0.png", "half\ud800.png",
                "line\nbreak.png", "sub");
        String message = assertThrows(UserError.class, () -> Pictures.features(model, world.images(), names)).getMessage();
        assertEquals(7, message.lines().count(), message);
        assertTrue(message.contains("images: 6 faults:"), message);
        for (String part : List.of("gone.png: no such picture", "lies outside", "nul?.png", "half?.png", "line?break.png",
                "a folder, not a picture")) {
            assertTrue(message.contains(part), part + " in " + message);
        }
    }

    @Test
    @DisplayName("are named if they are too thin to be resized")
    void tooThin() throws IOException {
        ImageIO.write(new BufferedImage(3_000_000, 1, BufferedImage.TYPE_BYTE_BINARY), "png",
                world.images().resolve("thin.png").toFile());
        String message = assertThrows(UserError.class, () -> features(model, world.images(), "thin.png")).getMessage();
        assertTrue(message.startsWith(world.images().toAbsolutePath().resolve("thin.png") + ": "), message);
    }

    @Test
    @DisplayName("of another size than the encoder's are refused where the model's settings do not resize them")
    void notResized() {
        String message = assertThrows(UserError.class, () -> features(world.model(), FIXTURES, "wide.png")).getMessage();
        assertTrue(message.contains("wide.png: the picture is brought to 37 x 23 pixels"), message);
    }

    @Test
    @DisplayName("may be symbolic links, which their folder's owner made")
    void links() throws IOException {
        Path link = world.images().resolve("link.jpg");
        assumeTrue(FIXTURES.getFileSystem().supportedFileAttributeViews().contains("posix"));
        Files.createSymbolicLink(link, FIXTURES.resolve("turned6.jpg").toAbsolutePath());
        assertTrue(Near.sameBits(features(model, FIXTURES, "turned6.jpg"), features(model, world.images(), "link.jpg")));
    }

    private static INDArray features(Llava model, Path folder, String name) {
        return Pictures.features(model, folder, List.of(name)).all();
    }
}
