package llava4j.image;

import llava4j.error.UserError;

/**
 * The size that pictures are brought to: a length for the shorter edge, or a height and a width.
 *
 * <p>With the shorter edge at s the longer one becomes ⌊s · long / short⌋, the proportions kept. What one would get
 * wrong: the fraction is cut off, not rounded, and the product comes before the quotient; one pixel more shifts the
 * centre crop.
 *
 * @param shortestEdge s in pixels, or 0 where height and width are given
 * @param height       in pixels, or 0 where the shorter edge is given
 * @param width        likewise
 */
public record ResizeTarget(int shortestEdge, int height, int width) {

    /**
     * {@return a target that keeps the proportions}
     *
     * @param pixels length of the shorter edge
     */
    public static ResizeTarget shortestEdge(int pixels) {
        return new ResizeTarget(pixels, 0, 0);
    }

    /**
     * {@return a target that gives the proportions up}
     *
     * @param height in pixels
     * @param width  in pixels
     */
    public static ResizeTarget exactly(int height, int width) {
        return new ResizeTarget(0, height, width);
    }

    /**
     * {@return the size that a picture gets}
     *
     * @param picture its size before
     * @throws UserError if the picture is so thin that its longer edge would pass 50 million pixels
     */
    public ImageSize sizeFor(ImageSize picture) {
        if (shortestEdge == 0) {
            return new ImageSize(height, width);
        }
        int shorter = Math.min(picture.height(), picture.width());
        int longer = Math.max(picture.height(), picture.width());
        long stretched = (long) ((double) ((long) shortestEdge * longer) / shorter);
        if (stretched > BicubicResize.MOST_PIXELS) {
            throw UserError.of("A picture of %s pixels is too thin to resize to a shorter edge of %d: crop it first",
                    picture, shortestEdge);
        }
        return picture.width() <= picture.height()
                ? new ImageSize((int) stretched, shortestEdge)
                : new ImageSize(shortestEdge, (int) stretched);
    }
}
