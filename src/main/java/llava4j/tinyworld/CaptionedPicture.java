package llava4j.tinyworld;

import java.awt.image.BufferedImage;

/**
 * A picture and one of the things that can be said of it.
 *
 * @param picture painted
 * @param caption true of it
 */
public record CaptionedPicture(BufferedImage picture, String caption) {
}
