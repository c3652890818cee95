package llava4j.tinyworld;

import java.awt.image.BufferedImage;
import java.util.List;

/**
 * A picture and one of the things that can be said of it.
 *
 * @param picture painted
 * @param caption true of it
 * @param regions what stands where in it; empty where nobody asks
 */
public record CaptionedPicture(BufferedImage picture, String caption, List<Region> regions) {

    /**
     * A thing's place in a picture.
     *
     * @param name   number of its name among all names
     * @param x      left edge, in pixels
     * @param y      upper edge, in pixels
     * @param width  in pixels
     * @param height in pixels
     */
    public record Region(int name, int x, int y, int width, int height) {
    }

    /**
     * A picture whose regions nobody asks for.
     *
     * @param picture painted
     * @param caption true of it
     */
    public CaptionedPicture(BufferedImage picture, String caption) {
        this(picture, caption, List.of());
    }
}
