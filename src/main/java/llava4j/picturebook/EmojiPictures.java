package llava4j.picturebook;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import llava4j.error.Faults;
import llava4j.error.UserError;

/**
 * The art that the picture book is painted with, in two styles; {@code fetch emoji} brings it.
 */
final class EmojiPictures {

    /** Folders of the styles, named after their makers. */
    static final List<String> STYLES = List.of("google", "twitter");

    private final Map<String, BufferedImage> pictures = new HashMap<>();

    /**
     * Reads the picture of every concept in every style.
     *
     * @param folder as {@code fetch emoji} writes it
     * @throws UserError naming all pictures that are missing or cannot be read
     */
    EmojiPictures(Path folder) {
        if (!Files.isDirectory(folder.resolve("img"))) {
            throw UserError.of("--emoji %s: holds no emoji: fetch them with \"fetch emoji --out %1$s\"", folder);
        }
        Faults faults = new Faults(folder.toString());
        for (String style : STYLES) {
            for (Concept concept : Concepts.ALL) {
                Path file = folder.resolve("img").resolve(style).resolve("64").resolve(concept.image() + ".png");
                try {
                    BufferedImage picture = Files.isRegularFile(file) ? ImageIO.read(file.toFile()) : null;
                    if (picture == null) {
                        faults.add(folder.relativize(file) + ": no such picture, of " + concept.one()
                                + ": give \"fetch emoji\" once more");
                    }
                    pictures.put(style + concept.image(), picture);
                } catch (IOException e) {
                    faults.add(folder.relativize(file) + ": cannot be read (" + e.getMessage() + ")");
                }
            }
        }
        faults.throwIfAny();
    }

    /**
     * {@return a picture, with transparency}
     *
     * @param concept what it shows
     * @param style   one of {@link #STYLES}
     */
    BufferedImage of(Concept concept, String style) {
        return pictures.get(style + concept.image());
    }
}
