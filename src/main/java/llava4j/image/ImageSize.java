package llava4j.image;

/**
 * Height and width in pixels, in the order in which the reference's files and tensors give them.
 *
 * @param height rows
 * @param width  columns
 */
public record ImageSize(int height, int width) {

    /** {@return height · width, which two ints may overflow} */
    public long pixels() {
        return (long) height * width;
    }

    @Override
    public String toString() {
        return width + " x " + height;
    }
}
