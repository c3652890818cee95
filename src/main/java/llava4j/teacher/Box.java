package llava4j.teacher;

import java.util.Locale;

/**
 * Where one thing is in a picture; coordinates are shares of its width and height, 0 … 1, y downwards.
 *
 * @param category what it is
 * @param x1       left edge
 * @param y1       upper edge
 * @param x2       right edge
 * @param y2       lower edge
 * @param crowd    whether the box holds several that were not told apart (COCO's {@code iscrowd})
 */
public record Box(String category, double x1, double y1, double x2, double y2, boolean crowd) {

    /** As the teacher reads it, {@code category: [x1, y1, x2, y2]} with three decimals. */
    String line() {
        return String.format(Locale.ROOT, "%s: [%.3f, %.3f, %.3f, %.3f]", category, x1, y1, x2, y2);
    }

    double middleX() {
        return (x1 + x2) / 2;
    }

    double middleY() {
        return (y1 + y2) / 2;
    }

    /** The cell of a three by three grid that its middle lies in: 0 … 8, row by row. */
    int cell() {
        return 3 * third(middleY()) + third(middleX());
    }

    private static int third(double share) {
        return Math.min(2, (int) (3 * share));
    }
}
