package llava4j.picturebook;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;

/** A folder as {@code fetch emoji} writes it, with a coloured disc of its own for every concept and style. */
public final class StandInArt {

    private StandInArt() {
    }

    /** The folder, filled. */
    public static Path in(Path folder) throws IOException {
        Random random = new Random(5);
        for (String style : EmojiPictures.STYLES) {
            Path pictures = Files.createDirectories(folder.resolve("img").resolve(style).resolve("64"));
            for (Concept concept : Concepts.ALL) {
                BufferedImage disc = new BufferedImage(64, 64, BufferedImage.TYPE_INT_ARGB);
                Graphics2D graphics = disc.createGraphics();
                graphics.setColor(new Color(random.nextInt(1 << 24)));
                graphics.fillOval(2, 2, 60, 60);
                graphics.dispose();
                ImageIO.write(disc, "png", pictures.resolve(concept.image() + ".png").toFile());
            }
        }
        return folder;
    }
}
