package e15_box_to_text;

import java.util.List;

/** Exercise 15: tell where things are. The page beside this file says how. */
public final class BoxText {

    private BoxText() {
    }

    /**
     * One thing and its place: {@code category: [left, top, right, bottom]}.
     *
     * @param box    x, y, width, height in pixels
     * @param width  of the picture in pixels
     * @param height of the picture in pixels
     */
    public static String line(String category, double[] box, int width, int height) {
        throw new UnsupportedOperationException("exercise 15: write the box as a line");
    }

    /**
     * What the teacher is told of a picture.
     *
     * @param captions a line each
     * @param boxes    lines as {@link #line} writes them
     * @return captions, an empty line, boxes
     */
    public static String context(List<String> captions, List<String> boxes) {
        throw new UnsupportedOperationException("exercise 15: write the context");
    }
}
