package llava4j.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import javax.imageio.ImageIO;

/** A picture as a PNG file that lies in memory: what pages, terminals and answers carry inside them. */
public final class PngBytes {

    private PngBytes() {
    }

    /**
     * {@return the bytes of the file}
     *
     * @param picture of any size
     */
    public static byte[] of(BufferedImage picture) {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try {
            ImageIO.write(picture, "png", png);
        } catch (IOException e) {
            throw new IllegalStateException("nothing is written to but memory", e);
        }
        return png.toByteArray();
    }

    /**
     * {@return the same in base 64}
     *
     * @param picture of any size
     */
    public static String base64(BufferedImage picture) {
        return Base64.getEncoder().encodeToString(of(picture));
    }
}
