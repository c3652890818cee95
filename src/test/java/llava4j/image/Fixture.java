package llava4j.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** What {@code src/test/python/make_image_fixtures.py} wrote: pictures, and what PIL and transformers made of them. */
final class Fixture {

    private static final Path FOLDER = Path.of("src/test/resources/fixtures/image");

    private Fixture() {
    }

    static Path file(String name) {
        return FOLDER.resolve(name);
    }

    static RgbBytes colours(String name) {
        return RgbBytes.of(ImageFile.read(file(name), ImageConvention.LLAVA));
    }

    /** The numbers of a file of little-endian float32. */
    static float[] floats(String name) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file(name))).order(ByteOrder.LITTLE_ENDIAN);
        float[] values = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(values);
        return values;
    }
}
