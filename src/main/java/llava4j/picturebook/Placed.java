package llava4j.picturebook;

import java.util.List;

/**
 * A thing and where its middle is.
 *
 * @param concept what it is
 * @param x       share of the picture's width, from the left
 * @param y       share of its height, from the top
 */
public record Placed(Concept concept, double x, double y) {

    private static final List<String> PLACES = List.of("at the top left", "at the top", "at the top right", "on the left",
            "in the middle", "on the right", "at the bottom left", "at the bottom", "at the bottom right");
    /** Nearer than this, one would not say that a thing is beside another. */
    private static final double APART = 0.2;

    /** {@return the cell of three by three that the middle lies in: 0 to 8, row by row} */
    public int cell() {
        return 3 * Math.min(2, (int) (3 * y)) + Math.min(2, (int) (3 * x));
    }

    /** {@return the cell in words} */
    public String place() {
        return PLACES.get(cell());
    }

    /** "to the left of", "above" and so on, by the direction in which the two are farther apart; empty if they are close. */
    String relationTo(Placed other) {
        double dx = x - other.x;
        double dy = y - other.y;
        if (Math.max(Math.abs(dx), Math.abs(dy)) < APART) {
            return "";
        }
        return Math.abs(dx) >= Math.abs(dy) ? dx < 0 ? "to the left of" : "to the right of" : dy < 0 ? "above" : "below";
    }
}
